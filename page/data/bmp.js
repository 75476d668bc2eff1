// BMP files: what their header says, and their pixels, which browsers read differently.

import { view } from "./byte_views.js";
import { NO_IMAGE, NOT_IN_A_BROWSER, UnreadableImage, damaged } from "./unreadable_image.js";

const HEADERS = [12, 40, 52, 56, 64, 108, 124]; // their lengths tell the versions apart
const MODES = { 1: "P", 4: "P", 8: "P", 16: "RGB", 24: "RGB", 32: "RGB" }; // by bits per pixel
const [PLAIN, BITFIELDS] = [0, 3];

/**
 * {format, width, height, frames, bits, mode} of a BMP, and how its pixels lie:
 * {depth, topDown, palette: {at, step, length}, data, masks}.
 *
 * 16 bits per pixel are 5 or 6 for each colour, which is called 16-bit.
 */
export function header(bytes) {
  const numbers = view(bytes);
  const number = (at) => numbers.getUint32(at, true);
  const [data, length] = [number(10), number(14)];
  if (!HEADERS.includes(length)) throw damaged(`header of ${length} bytes`);
  const [old, size] = [length === 12, length === 12 ? [18, 20] : [18, 22]];
  const [width, rows] = size.map((at) => (old ? numbers.getUint16(at, true) : number(at) | 0));
  const depth = numbers.getUint16(old ? 24 : 28, true);
  const compression = old ? PLAIN : number(30);
  if (!(depth in MODES)) throw new UnreadableImage(NO_IMAGE);
  if (![PLAIN, BITFIELDS].includes(compression)) throw new UnreadableImage(NOT_IN_A_BROWSER);
  const masks = compression === BITFIELDS ? colourMasks(number, length) : null;
  const colours = depth > 8 ? 0 : (old ? 0 : number(46)) || 1 << depth;
  const palette = { at: 14 + length, step: old ? 3 : 4, length: colours };
  return {
    format: "BMP", width, height: Math.abs(rows), frames: 1, bits: depth === 16 ? 16 : 8,
    mode: MODES[depth], depth, topDown: rows < 0, palette, data, masks,
  };
}

/**
 * The pixels of a BMP with this header: red, green, blue, alpha, (height * width * 4,).
 *
 * Without masks, the fourth byte of 32 bits means nothing. Throws UnreadableImage.
 */
export function pixels(bytes, found) {
  const { width, height, depth, topDown, data } = found;
  const stride = 4 * Math.ceil((width * depth) / 32); // rows fill words of 32 bits
  if (data + stride * height > bytes.length) throw damaged();
  const colour = depth <= 8 ? ofPalette(bytes, found) : ofBytes(bytes, found);
  const rgba = new Uint8Array(4 * width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const row = data + stride * (topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++, to += 4) colour(rgba, to, row, x);
  }
  return rgba;
}

function colourMasks(number, length) {
  const places = length >= 56 ? [54, 58, 62, 66] : [54, 58, 62];
  return places.map(number);
}

function ofPalette(bytes, { depth, palette: { at, step, length } }) {
  const [perByte, most] = [8 / depth, (1 << depth) - 1];
  return (rgba, to, row, x) => {
    const byte = bytes[row + Math.floor(x / perByte)];
    const index = (byte >> (8 - depth - depth * (x % perByte))) & most;
    if (index >= length) throw damaged("a colour that is not in its palette");
    for (let band = 0; band < 3; band++) rgba[to + band] = bytes[at + step * index + 2 - band];
    rgba[to + 3] = 255;
  };
}

function ofBytes(bytes, { depth, masks }) {
  const step = depth / 8;
  const places = masks ? masks.map(byteOf) : [2, 1, 0];
  const none = masks?.every((mask) => mask === 0);
  const [red, green, blue, alpha] = none ? [2, 1, 0, 3] : places;
  if ([red, green, blue].includes(undefined)) throw damaged("masks that are not bytes");
  return (rgba, to, row, x) => {
    const from = row + step * x;
    rgba[to] = bytes[from + red];
    rgba[to + 1] = bytes[from + green];
    rgba[to + 2] = bytes[from + blue];
    rgba[to + 3] = alpha === undefined ? 255 : bytes[from + alpha];
  };
}

/** Which byte of a pixel a mask means; undefined if none or not one. */
const byteOf = (mask) => ({ 0xff: 0, 0xff00: 1, 0xff0000: 2, 0xff000000: 3 })[mask];
