// Files in, embeddings out: decoding, resizing and the network, away from the page's own thread.

import { contentKey } from "../data/contents.js";
import { decode } from "../data/decoding.js";
import { light } from "../data/light.js";
import { bicubic } from "../data/resizing.js";
import { UnreadableImage } from "../data/unreadable_image.js";
import { loadNetwork, startRuntime } from "../embedder/network.js";
import { serve } from "./calls.js";

const PICTURE = { type: "image/jpeg", quality: 0.85 };

let network, size, canvas;

serve({
  /** Load the network (an ONNX file) for pictures of `side` pixels; files are Blobs. */
  async load(wasm, file, side) {
    await startRuntime(wasm);
    size = side;
    canvas = new OffscreenCanvas(side, side);
    network = await loadNetwork(file, side);
  },

  /**
   * Embed some files [{path, blob}]: `cells`, an object each, with `why` where one is refused, and
   * `embeddings` (n, dim) of the others in their order.
   */
  async embed(files) {
    const cells = await Promise.all(files.map(seen));
    const whole = cells.filter((cell) => !cell.why);
    const pixels = new Uint8Array(whole.length * size * size * 3);
    whole.forEach((cell, place) => pixels.set(cell.pixels, place * cell.pixels.length));
    const embeddings = whole.length ? await network(pixels) : new Float32Array(0);
    for (const cell of whole) {
      cell.picture = await picture(cell.pixels);
      delete cell.pixels;
    }
    return { cells, embeddings: embeddings.slice() };
  },
}, (result) => (result ? [result.embeddings.buffer] : []));

async function seen({ path, blob }) {
  try {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const { width, height, rgb } = await decode(bytes, path);
    const pixels = bicubic(rgb, width, height, size);
    return { content: contentKey(bytes), width, light: light(pixels, size), pixels };
  } catch (error) {
    if (error instanceof UnreadableImage) return { why: error.fault };
    if (error.name === "NotReadableError" || error.name === "NotFoundError") {
      return { why: "may not be read, or is no longer there." };
    }
    throw error;
  }
}

/** A small picture as a data URI: a browser shows these at once, and addresses of Blobs slowly. */
async function picture(rgb) {
  const image = new ImageData(size, size);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    image.data.set([rgb[from], rgb[from + 1], rgb[from + 2], 255], to);
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return new FileReaderSync().readAsDataURL(await canvas.convertToBlob(PICTURE));
}
