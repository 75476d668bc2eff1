// Pixels -> image files, by the browser's own encoders, in a worker.

let pen = null; // the context of the one canvas

/** An image {width, height, rgb} as a Blob; `options` are {type, quality}. */
export function written({ width, height, rgb }, options) {
  pen ??= new OffscreenCanvas(width, height).getContext("2d");
  const { canvas } = pen;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const image = new ImageData(width, height);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    image.data.set([rgb[from], rgb[from + 1], rgb[from + 2], 255], to);
  }
  pen.putImageData(image, 0, 0);
  return canvas.convertToBlob(options);
}

/** An image as a data URI: a browser shows these at once, and addresses of Blobs slowly. */
export const shown = async (image, options) =>
  new FileReaderSync().readAsDataURL(await written(image, options));
