// Files -> pixels: each file is a complete 8-bit colour image, or an error says what it is.

import * as bmp from "./bmp.js";
import { browserPixels } from "./browser_pixels.js";
import { onWhite } from "./on_white.js";
import { checkFormat } from "./pixel_formats.js";
import { plainFile } from "./plain_files.js";
import * as tiff from "./tiff_pixels.js";
import { naming, notColour } from "./unreadable_image.js";

const OWN = { BMP: bmp, TIFF: tiff }; // browsers read these differently or not at all

/**
 * The whole image, not resized: {width, height, rgb}, rgb a Uint8Array (height * width * 3,).
 *
 * What is transparent is shown on white; orientation in EXIF and profiles of colour are ignored.
 * Rejects with UnreadableImage, which names the file.
 */
export async function decode(bytes, name) {
  try {
    const header = checkFormat(bytes);
    const { width, height, rgba } = await pixels(bytes, header);
    const rgb = onWhite(rgba);
    if (header.mode === "P" && isGrey(rgb)) throw notColour("grey");
    return { width, height, rgb };
  } catch (error) {
    throw naming(name, error);
  }
}

async function pixels(bytes, header) {
  const { format, width, height } = header;
  if (format in OWN) return { width, height, rgba: await OWN[format].pixels(bytes, header) };
  return browserPixels(plainFile(bytes, format), format);
}

function isGrey(rgb) {
  for (let at = 0; at < rgb.length; at += 3) {
    if (rgb[at] !== rgb[at + 1] || rgb[at] !== rgb[at + 2]) return false;
  }
  return true;
}
