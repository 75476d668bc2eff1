// WebP files: what their chunks say, and the file without what is not pixels.

import { joined, letters, view } from "./byte_views.js";
import { damaged } from "./unreadable_image.js";

const NO_PIXELS = { ICCP: 0x20, EXIF: 0x08, "XMP ": 0x04 }; // and their flags in VP8X

/** {format, width, height, frames, bits, mode} of a WebP that is as long as it says. */
export function header(bytes) {
  const all = [...chunks(bytes)];
  const frames = all.filter(({ type }) => type === "ANMF").length || 1;
  return { format: "WEBP", ...size(bytes, all[0]), frames, bits: 8, mode: "RGBA" };
}

/** The file without profile and orientation, by which a browser would recolour and turn it. */
export function plain(bytes) {
  const kept = [...chunks(bytes)].filter(({ type }) => !(type in NO_PIXELS));
  const file = joined(bytes, [[0, 12], ...kept.map(({ start, end }) => [start, end])]);
  view(file).setUint32(4, file.length - 8, true);
  for (const flag of Object.values(NO_PIXELS)) {
    if (kept[0].type === "VP8X") file[20] &= ~flag;
  }
  return file;
}

/** Each chunk {type, start, end}, `end` with the byte that makes its length even. */
function* chunks(bytes) {
  const numbers = view(bytes);
  const whole = 8 + numbers.getUint32(4, true);
  if (whole > bytes.length) throw damaged();
  for (let start = 12; start + 8 <= whole; ) {
    const length = numbers.getUint32(start + 4, true);
    const end = start + 8 + length + (length % 2);
    if (start + 8 + length > whole) throw damaged();
    yield { type: letters(bytes, start, 4), start, end };
    start = end;
  }
}

function size(bytes, { type, start }) {
  const [numbers, at] = [view(bytes), start + 8];
  const of24 = (from) => numbers.getUint32(from, true) & 0xffffff;
  const of14 = (from) => numbers.getUint16(from, true) & 0x3fff;
  if (type === "VP8X") return { width: of24(at + 4) + 1, height: of24(at + 7) + 1 };
  if (type === "VP8 ") return { width: of14(at + 6), height: of14(at + 8) };
  const both = numbers.getUint32(at + 1, true); // VP8L
  return { width: (both & 0x3fff) + 1, height: ((both >> 14) & 0x3fff) + 1 };
}
