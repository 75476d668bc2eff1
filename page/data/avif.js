// AVIF files: what their boxes say.

import { letters, view } from "./byte_views.js";
import { NOT_IN_A_BROWSER, UnreadableImage, damaged } from "./unreadable_image.js";

const BRANDS = ["avif", "avis"];

/**
 * {format, width, height, frames, bits, mode} of an AVIF that is as long as it says.
 *
 * More than 8 bits are the same colours in finer steps, which decoders round.
 */
export function header(bytes) {
  const numbers = view(bytes);
  if (!BRANDS.includes(letters(bytes, 8, 4))) throw new UnreadableImage(NOT_IN_A_BROWSER); // HEIC
  for (let at = 0; at < bytes.length; ) {
    const length = numbers.getUint32(at) || bytes.length - at; // 0: to the end
    at += Math.max(length, 8);
    if (at > bytes.length) throw damaged();
  }
  // a browser would turn it, Python does not
  if (places(bytes, "irot").length + places(bytes, "imir").length) {
    throw new UnreadableImage(NOT_IN_A_BROWSER);
  }
  const sizes = places(bytes, "ispe").map((at) => [8, 12].map((to) => numbers.getUint32(at + to)));
  if (!sizes.length) throw damaged("it does not say its size");
  const [width, height] = sizes.reduce((a, b) => (a[0] * a[1] < b[0] * b[1] ? b : a)); // tiles
  const samples = places(bytes, "stsz").map((at) => numbers.getUint32(at + 12));
  return { format: "AVIF", width, height, frames: samples[0] ?? 1, bits: 8, mode: "RGBA" };
}

/** Where four letters stand before the coded pixels. */
function places(bytes, word) {
  const text = letters(bytes, 0, 4096).split("mdat")[0];
  return [...text.matchAll(word)].map(({ index }) => index);
}
