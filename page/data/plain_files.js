// Files without what is not pixels, so that no browser turns or recolours an image.

import * as jpeg from "./jpeg.js";
import * as png from "./png.js";
import * as webp from "./webp.js";

const PLAIN = { JPEG: jpeg.plain, PNG: png.plain, WEBP: webp.plain };

/** The bytes of a checked file without EXIF and colour profiles; an AVIF as it is. */
export const plainFile = (bytes, format) => PLAIN[format]?.(bytes) ?? bytes;
