// Parts of a field: windows that cover it, and the pixels of one at any scale.

import { bilinear } from "../data/resizing.js";
import { rounded } from "./rounding.js";

/**
 * Windows [x, y, width, height] that cover a field row by row, all of one size, at most `side` wide
 * and high; neighbours share at least `margin` pixels.
 */
export function tiles(width, height, side, margin) {
  const [down, across] = [height, width].map((length) => starts(length, side, margin));
  const size = [Math.min(width, side), Math.min(height, side)];
  return down.flatMap((y) => across.map((x) => [x, y, ...size]));
}

function starts(length, side, margin) {
  const [room, steps] = [Math.max(0, length - side), Math.ceil((length - side) / (side - margin))];
  const last = Math.max(0, steps);
  return Array.from({ length: last + 1 }, (_, step) =>
    Math.floor((room * step) / Math.max(1, last)));
}

/** A window of a field {width, height, rgb}, its pixels `scale` times as many a side. */
export function region(field, [x, y, width, height], scale = 1) {
  const rgb = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * field.width + x) * 3;
    rgb.set(field.rgb.subarray(from, from + width * 3), row * width * 3);
  }
  const [wide, high] = [width, height].map((side) => Math.max(1, rounded(side * scale)));
  return bilinear({ rgb, width, height }, { width: wide, height: high });
}
