// The pixels of TIFF files: strips or tiles, in one plane or one for each band.

import { browserPixels } from "./browser_pixels.js";
import { COMPRESSION, TAG, first, samplesOf } from "./tiff.js";
import { undoDifferences, unfold } from "./tiff_compression.js";
import { damaged } from "./unreadable_image.js";

const ASSOCIATED = 1; // alpha by which the colours are multiplied
const NO_ALPHA = 0;

/**
 * The pixels of a TIFF with this header: red, green, blue, alpha, (height * width * 4,).
 *
 * Resolves when JPEG within it is decoded, by the browser. Rejects with UnreadableImage.
 */
export async function pixels(bytes, header) {
  const { tags, mode } = header;
  const [width, height] = [TAG.width, TAG.height].map((tag) => first(tags, tag, 0));
  const samples = samplesOf(tags);
  const numbers = new Uint8Array(width * height * samples);
  const all = [...parts(tags, width, height, samples)].map(async (part) =>
    copy(await unfolded(bytes, tags, part), part, numbers, { width, height, samples }),
  );
  await Promise.all(all);
  const colour = mode === "P" ? ofPalette(tags) : ofSamples(tags, samples);
  return turned(colour(numbers), width, height, first(tags, TAG.orientation, 1));
}

/** Each strip or tile: where its bytes lie, its place in the image, its size, its bands. */
function* parts(tags, width, height, samples) {
  const tiled = TAG.tileWidth in tags;
  const offsets = tags[tiled ? TAG.tileOffsets : TAG.offsets] ?? [];
  const lengths = tags[tiled ? TAG.tileLengths : TAG.lengths];
  const w = tiled ? tags[TAG.tileWidth][0] : width;
  const h = tiled ? first(tags, TAG.tileHeight, 0) : first(tags, TAG.rows, height);
  const planes = first(tags, TAG.planes, 1) === 2 ? samples : 1;
  const [across, down] = [Math.ceil(width / w), Math.ceil(height / h)];
  if (offsets.length !== across * down * planes) throw damaged("parts are missing");
  for (let n = 0; n < across * down * planes; n++) {
    const y = h * (Math.floor(n / across) % down);
    const rows = tiled ? h : Math.min(h, height - y); // tiles are whole, the last strip is not
    const band = Math.floor(n / (across * down));
    yield {
      from: offsets[n], length: lengths?.[n], x: w * (n % across), y, width: w, height: rows,
      band, bands: samples / planes,
    };
  }
}

async function unfolded(bytes, tags, { from, length, width, height, bands }) {
  const compression = first(tags, TAG.compression, 1);
  const most = width * height * bands;
  const end = from + (compression === COMPRESSION.none ? most : length ?? bytes.length);
  if (!(end <= bytes.length)) throw damaged();
  const folded = bytes.subarray(from, end);
  if (compression === COMPRESSION.jpeg) return ofJpeg(folded, tags, width, height);
  const content = await unfold(folded, compression, most);
  if (first(tags, TAG.predictor, 1) === 2) undoDifferences(content, width, bands);
  return content;
}

/** A strip is a JPEG whose tables are a tag, and whose colours are another. */
async function ofJpeg(folded, tags, width, height) {
  const tables = (tags[TAG.jpegTables] ?? [0xff, 0xd8, 0xff, 0xd9]).slice(0, -2);
  const transform = first(tags, TAG.colours, 2) === 6 ? 1 : 0; // YCbCr or RGB
  const adobe = [0xff, 0xee, 0, 14, ...new TextEncoder().encode("Adobe"), 0, 100, 0, 0, 0, 0];
  const file = new Uint8Array([...tables, ...adobe, transform, ...folded.subarray(2)]);
  const shown = await browserPixels(file, "JPEG");
  if (shown.width < width || shown.height < height) throw damaged();
  return new Uint8Array(shown.rgba.filter((_, n) => n % 4 < 3));
}

function copy(content, part, numbers, { width, height, samples }) {
  const right = Math.min(width - part.x, part.width);
  const bottom = Math.min(height - part.y, part.height);
  for (let y = 0; y < bottom; y++) {
    const from = y * part.width * part.bands;
    const row = content.subarray(from, from + right * part.bands);
    const to = ((part.y + y) * width + part.x) * samples;
    if (part.bands === samples) numbers.set(row, to);
    else row.forEach((number, x) => (numbers[to + x * samples + part.band] = number));
  }
}

function ofPalette(tags) {
  const palette = tags[TAG.palette] ?? [];
  if (palette.length < 3 * 256) throw damaged("a palette that is not whole");
  return (indices) => {
    const rgba = new Uint8Array(4 * indices.length).fill(255);
    indices.forEach((index, n) => {
      for (let band = 0; band < 3; band++) rgba[4 * n + band] = palette[256 * band + index] >> 8;
    });
    return rgba;
  };
}

function ofSamples(tags, samples) {
  const kind = samples === 3 ? NO_ALPHA : first(tags, TAG.extra, samples === 4 ? 2 : NO_ALPHA);
  return (numbers) => {
    const rgba = new Uint8Array((4 * numbers.length) / samples).fill(255);
    for (let from = 0, to = 0; from < numbers.length; from += samples, to += 4) {
      const alpha = kind === NO_ALPHA ? 255 : numbers[from + 3];
      for (let band = 0; band < 3; band++) {
        const given = numbers[from + band];
        const free = kind === ASSOCIATED && alpha > 0;
        rgba[to + band] = free ? Math.min(255, Math.floor((255 * given) / alpha)) : given;
      }
      rgba[to + 3] = alpha;
    }
    return rgba;
  };
}

/** The pixels as the tag of orientation has them, which Pillow follows in a TIFF. */
function turned(rgba, width, height, orientation) {
  if (orientation < 2 || orientation > 8) return rgba;
  const from = new Uint32Array(rgba.buffer);
  const to = new Uint32Array(from.length);
  const [toLeft, up, across] = [[2, 3, 7, 8], [3, 4, 6, 7], [5, 6, 7, 8]].map((list) =>
    list.includes(orientation),
  );
  for (let y = 0, n = 0; y < height; y++) {
    for (let x = 0; x < width; x++, n++) {
      const [column, row] = [toLeft ? width - 1 - x : x, up ? height - 1 - y : y];
      to[across ? column * height + row : row * width + column] = from[n];
    }
  }
  return new Uint8Array(to.buffer);
}
