// What is transparent on white, as lit glass is.

import { UnreadableImage } from "./unreadable_image.js";

/**
 * Pixels (N * 4,) of red, green, blue and alpha -> (N * 3,), as Pillow's alpha_composite.
 *
 * Throws UnreadableImage if every pixel is wholly transparent.
 */
export function onWhite(rgba) {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  let most = 0;
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    const alpha = rgba[from + 3];
    if (alpha > most) most = alpha;
    for (let band = 0; band < 3; band++, to++) {
      const colour = rgba[from + band];
      rgb[to] = alpha === 255 ? colour : blend(colour, alpha);
    }
  }
  if (most === 0) {
    throw new UnreadableImage("transparent everywhere: save it without transparency.");
  }
  return rgb;
}

function blend(colour, alpha) {
  const sum = 128 * (colour * alpha + 255 * (255 - alpha) + 128); // Pillow's seven binary places
  return (((sum >> 8) + sum) >> 8) >> 7;
}
