// What the numbers in an image file mean: 8-bit colour, which is read, or what else they are.

import * as avif from "./avif.js";
import * as bmp from "./bmp.js";
import { letters } from "./byte_views.js";
import * as jpeg from "./jpeg.js";
import * as png from "./png.js";
import * as tiff from "./tiff.js";
import {
  NO_IMAGE, UnreadableImage, damaged, naming, notColour,
} from "./unreadable_image.js";
import * as webp from "./webp.js";


const READ = [
  [/^\xff\xd8\xff/, jpeg],
  [/^\x89PNG\r\n\x1a\n/, png],
  [/^BM/, bmp],
  [/^RIFF[^]{4}WEBPVP8[ LX]/, webp],
  [/^(II|MM)(\0[*+]|[*+]\0)/, tiff],
  [/^[^]{4}ftyp(avi[fs]|mif1|msf1|he[a-z]{2})/, avif],
];
const NOT_READ = {
  GIF: /^GIF8[79]a/,
  PPM: /^P[1-6]\s/,
  ICO: /^\0\0\x01\0/,
  JPEG2000: /^(\xff\x4f\xff\x51|\0\0\0\x0cjP  \r\n\x87\n)/,
  PSD: /^8BPS/,
};
const COLOUR = ["RGB", "RGBA", "P", "YCbCr"]; // Pillow's modes
const GREY = ["L", "LA"];
const MOST_PIXELS = 2 * 89478485; // Pillow's limit

/**
 * {format, width, height, frames, bits, mode, ...} of a file's bytes, its structure checked.
 *
 * Throws UnreadableImage, with the file's name, unless it is one image in 8-bit colour.
 */
export function checkFormat(bytes, name) {
  try {
    return check(bytes);
  } catch (error) {
    throw naming(name, error);
  }
}

function check(bytes) {
  const start = letters(bytes, 0, 32);
  const [, kind] = READ.find(([magic]) => magic.test(start)) ?? [];
  if (!kind) throw otherKind(start);
  const found = headerOf(kind, bytes);
  const { width, height, frames, bits, mode } = found;
  if (width * height > MOST_PIXELS) {
    const [these, most] = [width * height, MOST_PIXELS].map((n) => (n / 1e6).toFixed());
    throw new UnreadableImage(
      `must have at most ${most} megapixels, but has ${these}: cut it into tiles.`,
    );
  }
  if (frames > 1) {
    throw new UnreadableImage(`must hold one image, but has ${frames} frames or pages.`);
  }
  if (bits > 8) throw notColour(`${bits}-bit`);
  // its profile tells Python's library which colours the inks are
  if (mode === "CMYK") throw notColour("CMYK, whose inks a browser does not know");
  if (GREY.includes(mode)) throw notColour("grey");
  if (!COLOUR.includes(mode)) throw notColour(mode);
  if (!(width && height)) throw damaged("no pixels");
  kind.checkLayout?.(found);
  return found;
}

function headerOf(kind, bytes) {
  try {
    return kind.header(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw new UnreadableImage(NO_IMAGE); // beyond its end
    throw error;
  }
}

function otherKind(start) {
  const [format] = Object.entries(NOT_READ).find(([, magic]) => magic.test(start)) ?? [];
  return new UnreadableImage(
    format ? `a ${format} file, which is not read: save it as PNG.` : NO_IMAGE,
  );
}
