// Files in, embeddings out: decoding, resizing and the network, away from the page's own thread.

import { contentKey } from "../data/contents.js";
import { decode } from "../data/decoding.js";
import { light } from "../data/light.js";
import { bicubic } from "../data/resizing.js";
import { shown } from "../data/written.js";
import { loadNetwork, startRuntime } from "../embedder/network.js";
import { serve } from "./calls.js";
import { readOrWhy } from "./refusals.js";

const PICTURE = { type: "image/jpeg", quality: 0.85 };

let network, size;

serve({
  /** Load the network (an ONNX file) for pictures of `side` pixels; files are Blobs. */
  async load(wasm, file, side) {
    await startRuntime(wasm);
    size = side;
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
      cell.picture = await shown({ width: size, height: size, rgb: cell.pixels }, PICTURE);
      delete cell.pixels;
    }
    return { cells, embeddings: embeddings.slice() };
  },
}, (result) => (result ? [result.embeddings.buffer] : []));

const seen = ({ path, blob }) => readOrWhy(async () => {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const { width, height, rgb } = await decode(bytes, path);
  const pixels = bicubic(rgb, width, height, size);
  return { content: contentKey(bytes), width, light: light(pixels, size), pixels };
});
