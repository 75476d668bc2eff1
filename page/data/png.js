// PNG files: what their chunks say, and the file without what is not pixels.

import { joined, letters, view } from "./byte_views.js";
import { damaged } from "./unreadable_image.js";

const MODES = { 0: "L", 2: "RGB", 3: "P", 4: "LA", 6: "RGBA" }; // by colour type
const PIXELS = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];

/** {format, width, height, frames, bits, mode} of a PNG whose chunks are whole. */
export function header(bytes) {
  const [numbers, all] = [view(bytes), [...chunks(bytes)]];
  if (all[0].type !== "IHDR") throw damaged("it does not begin with its header");
  // what is broken a browser leaves out without a word
  if (!all.every((chunk) => isIntact(bytes, chunk))) throw damaged("broken data");
  return {
    format: "PNG",
    width: numbers.getUint32(16),
    height: numbers.getUint32(20),
    frames: frames(numbers, all),
    bits: bytes[24],
    mode: MODES[bytes[25]],
  };
}

/** The file without profiles, gammas and orientations, by which a browser would recolour it. */
export function plain(bytes) {
  const kept = [...chunks(bytes)].filter(({ type }) => PIXELS.includes(type));
  return joined(bytes, [[0, 8], ...kept.map(({ start, end }) => [start, end])]);
}

/** Each chunk {type, start, end} to the last, IEND. */
function* chunks(bytes) {
  const numbers = view(bytes);
  for (let start = 8, type = ""; type !== "IEND"; ) {
    if (start + 12 > bytes.length) throw damaged();
    const end = start + 12 + numbers.getUint32(start);
    if (end > bytes.length) throw damaged();
    type = letters(bytes, start + 4, 4);
    yield { type, start, end };
    start = end;
  }
}

/** A first image that does not belong to the animation is one more. */
function frames(numbers, all) {
  const first = (type) => all.findIndex((chunk) => chunk.type === type);
  if (first("acTL") < 0) return 1;
  const alone = first("fcTL") < 0 || first("fcTL") > first("IDAT");
  return numbers.getUint32(all[first("acTL")].start + 8) + alone;
}

function isIntact(bytes, { type, start, end }) {
  if (!PIXELS.includes(type)) return true;
  return crc32(bytes.subarray(start + 4, end - 4)) === view(bytes).getUint32(end - 4);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

function crc32(bytes) {
  let crc = -1;
  for (let at = 0; at < bytes.length; at++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[at]) & 0xff];
  return ~crc >>> 0;
}
