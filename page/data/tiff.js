// TIFF files: what their tags say.

import { letters, view } from "./byte_views.js";
import { NO_IMAGE, NOT_IN_A_BROWSER, UnreadableImage, damaged } from "./unreadable_image.js";

export const TAG = {
  width: 256, height: 257, bits: 258, compression: 259, colours: 262, fillOrder: 266,
  offsets: 273, orientation: 274, samples: 277, rows: 278, lengths: 279, planes: 284,
  predictor: 317, palette: 320, tileWidth: 322, tileHeight: 323, tileOffsets: 324,
  tileLengths: 325, extra: 338, numbers: 339, jpegTables: 347,
};
export const COMPRESSION = { none: 1, lzw: 5, jpeg: 7, deflate: 8, packbits: 32773, zip: 32946 };
const DIFFERENCES = [COMPRESSION.lzw, COMPRESSION.deflate, COMPRESSION.zip];
const LENGTHS = { 1: 1, 3: 2, 4: 4, 7: 1 }; // bytes of each whole number, by its type
const MODES = { 0: "L", 1: "L", 2: "RGB", 3: "P", 5: "CMYK", 6: "YCbCr", 8: "LAB" };

/**
 * {format, width, height, frames, bits, mode} of a TIFF, and its `tags`, lists of numbers.
 *
 * Throws UnreadableImage, for BigTIFF as well, which Python's library reads.
 */
export function header(bytes) {
  const { tags, frames } = directories(bytes);
  const [compression, colours] = [first(tags, TAG.compression, 1), first(tags, TAG.colours, -1)];
  const bits = Math.max(...(tags[TAG.bits] ?? [compression === COMPRESSION.jpeg ? 8 : 1]));
  const turned = [5, 6, 7, 8].includes(first(tags, TAG.orientation, 1));
  const sides = [first(tags, TAG.width, 0), first(tags, TAG.height, 0)];
  const [width, height] = turned ? sides.reverse() : sides;
  const wholeNumbers = (tags[TAG.numbers] ?? [1]).every((kind) => kind === 1);
  let mode = MODES[colours];
  if (!mode || (mode !== "L" && !(wholeNumbers && bits <= 16))) throw new UnreadableImage(NO_IMAGE);
  if (mode === "YCbCr" && compression === COMPRESSION.jpeg) mode = "RGB"; // as any JPEG
  return { format: "TIFF", width, height, frames, bits, mode, tags };
}

/** Throw UnreadableImage for a TIFF in 8-bit colour that is written in a way not read here. */
export function checkLayout({ bits, mode, tags }) {
  const compression = first(tags, TAG.compression, 1);
  const [predictor, samples] = [first(tags, TAG.predictor, 1), samplesOf(tags)];
  // differences of pixels would be taken for pixels
  if (predictor !== 1 && !DIFFERENCES.includes(compression)) {
    throw new UnreadableImage("its predictor does not suit its compression: save it again.");
  }
  const read =
    ["RGB", "P"].includes(mode) &&
    bits === 8 && predictor <= 2 &&
    Object.values(COMPRESSION).includes(compression) &&
    first(tags, TAG.fillOrder, 1) === 1 &&
    (mode === "P" ? samples === 1 : samples >= 3 && samples <= 6) &&
    (compression !== COMPRESSION.jpeg || (samples === 3 && first(tags, TAG.planes, 1) === 1)) &&
    (tags[TAG.extra] ?? []).slice(1).every((kind) => kind === 0);
  if (!read) throw new UnreadableImage(NOT_IN_A_BROWSER);
}

/** The first number of a tag, or what it is where there is none. */
export const first = (tags, tag, otherwise) => tags[tag]?.[0] ?? otherwise;

/** How many numbers a pixel has. */
export function samplesOf(tags) {
  const ofJpeg = first(tags, TAG.compression, 1) === COMPRESSION.jpeg ? 3 : 1;
  return first(tags, TAG.samples, ofJpeg);
}

/** The tags of the first page, and how many pages there are. */
function directories(bytes) {
  const [numbers, little] = [view(bytes), letters(bytes, 0, 2) === "II"];
  if (numbers.getUint16(2, little) === 43) throw new UnreadableImage(NOT_IN_A_BROWSER); // BigTIFF
  const places = new Set();
  for (let at = numbers.getUint32(4, little); at; ) {
    if (places.has(at)) throw damaged("its pages go round in a circle");
    places.add(at);
    const next = at + 2 + 12 * numbers.getUint16(at, little);
    at = next + 4 > bytes.length ? 0 : numbers.getUint32(next, little);
  }
  if (!places.size) throw new UnreadableImage(NO_IMAGE);
  return { tags: tagsAt([...places][0], numbers, little), frames: places.size };
}

function tagsAt(at, numbers, little) {
  const tags = {};
  const read = {
    1: (from) => numbers.getUint8(from),
    2: (from) => numbers.getUint16(from, little),
    4: (from) => numbers.getUint32(from, little),
  };
  for (let entries = numbers.getUint16(at, little), entry = at + 2; entries--; entry += 12) {
    const [tag, type] = [read[2](entry), read[2](entry + 2)];
    const [count, length] = [read[4](entry + 4), LENGTHS[type]];
    if (!length || !Object.values(TAG).includes(tag)) continue;
    const from = count * length <= 4 ? entry + 8 : read[4](entry + 8);
    if (from + count * length > numbers.byteLength) throw new UnreadableImage(NO_IMAGE);
    tags[tag] = Array.from({ length: count }, (_, n) => read[length](from + n * length));
  }
  return tags;
}
