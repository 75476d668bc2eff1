// The pixels that the browser's own decoders make of a file, drawn on one canvas.

import { NOT_IN_A_BROWSER, UnreadableImage, damaged } from "./unreadable_image.js";

const AS_THEY_ARE = { colorSpaceConversion: "none", imageOrientation: "none" };
let pen = null; // the context of the one canvas

/**
 * A whole file of a format -> {width, height, rgba}, (height * width * 4,), where windows and
 * workers have OffscreenCanvas.
 *
 * The more transparent a pixel, the rougher its colour; after `onWhite` all are within one grey
 * level. Rejects with UnreadableImage.
 */
export async function browserPixels(bytes, format) {
  const type = `image/${format.toLowerCase()}`;
  let image;
  try {
    image = await createImageBitmap(new Blob([bytes], { type }), AS_THEY_ARE);
  } catch {
    if (format === "AVIF") throw new UnreadableImage(NOT_IN_A_BROWSER);
    throw damaged("the browser does not decode it");
  }
  const { width, height } = image;
  const context = cleared(width, height);
  context.drawImage(image, 0, 0);
  image.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, rgba: new Uint8Array(data.buffer) };
}

function cleared(width, height) {
  const options = { willReadFrequently: true, colorSpace: "srgb" };
  pen ??= new OffscreenCanvas(width, height).getContext("2d", options);
  const { canvas } = pen;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  else pen.clearRect(0, 0, width, height);
  return pen;
}
