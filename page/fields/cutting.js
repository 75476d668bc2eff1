// A box in a field -> a crop, centred on it, of the size that all crops of a folder have.

import { region } from "./parts.js";
import { rounded } from "./rounding.js";

const FILLED = 0.55; // of a crop's side by the median cell, as in the images the embedder learnt
const BRIGHT = 0.9; // the light is the limit of the brightest tenth

/** The side, in pixels, of the crops of a folder whose median cell is so many pixels wide. */
export const sideFor = (width) => Math.max(1, rounded(width / FILLED));

/**
 * The square (side * side * 3,) whose middle is the box's.
 *
 * Beyond the field's edge it has the colour of the light there, because a mirrored cell would look
 * like another cell.
 */
export function cut(field, box, side) {
  const start = [box.x + (box.width - side) / 2, box.y + (box.height - side) / 2];
  const [left, top] = start.map(rounded);
  const [x, y] = [Math.max(0, left), Math.max(0, top)];
  const width = Math.min(field.width, left + side) - x;
  const height = Math.min(field.height, top + side) - y;
  const { rgb } = region(field, [x, y, width, height]);
  const colour = light(rgb);
  const crop = Uint8Array.from({ length: side * side * 3 }, (_, at) => colour[at % 3]);
  for (let row = 0; row < height; row++) {
    const to = ((y - top + row) * side + x - left) * 3;
    crop.set(rgb.subarray(row * width * 3, (row + 1) * width * 3), to);
  }
  return crop;
}

/** The colour of the light behind cells. */
function light(rgb) {
  return [0, 1, 2].map((band) => {
    const values = rgb.filter((_, at) => at % 3 === band).sort();
    const place = BRIGHT * (values.length - 1);
    const [below, above] = [Math.floor, Math.ceil].map((to) => values[to(place)]);
    return rounded(below + (place % 1) * (above - below));
  });
}
