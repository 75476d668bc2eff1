// JPEG files: what their markers say, and the file without what is not pixels.

import { joined, view } from "./byte_views.js";
import { NO_IMAGE, UnreadableImage, damaged } from "./unreadable_image.js";

const MODES = { 1: "L", 3: "RGB", 4: "CMYK" }; // by the number of components
const EOI = 0xd9;
const NO_FRAMES = [0xc4, 0xc8, 0xcc]; // among the markers of frames, C0 to CF

/** {format, width, height, frames, bits, mode} of a JPEG that is whole to its end marker. */
export function header(bytes) {
  // a whole file is walked to its end: a browser shows half an image without a word
  const frame = [...segments(bytes)].find(isFrame);
  if (!frame) throw damaged();
  const numbers = view(bytes);
  const [precision, mode] = [bytes[frame.start + 4], MODES[bytes[frame.start + 9]]];
  if (precision !== 8 || !mode) throw new UnreadableImage(NO_IMAGE);
  const [height, width] = [5, 7].map((offset) => numbers.getUint16(frame.start + offset));
  return { format: "JPEG", width, height, frames: 1, bits: 8, mode };
}

/**
 * The file to its end marker, without the applications' segments.
 *
 * EXIF would turn the image, an ICC profile recolour it, a phone's preview follows its end; JFIF
 * and Adobe's segment say what the components are.
 */
export function plain(bytes) {
  const parts = [];
  let from = 0;
  for (const { marker, start, end } of segments(bytes)) {
    const dropped = marker > 0xe0 && marker <= 0xef && marker !== 0xee;
    if (!dropped && marker !== EOI) continue;
    parts.push([from, dropped ? start : end]);
    from = end;
  }
  return joined(bytes, parts);
}

/** Each marker's segment {marker, start, end}; the coded pixels lie between those. */
function* segments(bytes) {
  const numbers = view(bytes);
  let at = 2;
  for (;;) {
    const start = bytes.indexOf(0xff, at);
    if (start < 0) throw damaged();
    at = start + 1;
    const marker = bytes[at];
    if (marker === 0xff) continue; // a byte that fills
    if (marker === EOI) {
      yield { marker, start, end: at + 1 };
      return;
    }
    if (marker <= 1 || (marker >= 0xd0 && marker <= 0xd7)) continue; // within the coded pixels
    if (at + 3 > bytes.length) throw damaged();
    at += 1 + numbers.getUint16(at + 1);
    yield { marker, start, end: at };
  }
}

const isFrame = ({ marker }) => marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker);
