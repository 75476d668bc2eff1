// Fields in, white cells and crops out, away from the page's own thread; none is kept.

import { decode } from "../data/decoding.js";
import { shown, written } from "../data/written.js";
import { loadFinder, startRuntime } from "../embedder/network.js";
import { cut } from "../fields/cutting.js";
import { findWithin } from "../fields/finding.js";
import { surest } from "../fields/folder_scale.js";
import { region } from "../fields/parts.js";
import { serve } from "./calls.js";
import { readOrWhy } from "./refusals.js";

const SIDE = 1000; // pixels of a picture's longer side
const PICTURE = { type: "image/jpeg", quality: 0.6 };
const CROP = { type: "image/png" };

let network;

serve({
  /** Load the finder (an ONNX file); files are Blobs. */
  async load(wasm, file) {
    await startRuntime(wasm);
    network = await loadFinder(file);
  },

  /** The surest cell of a field {path, blob} on a scale, as `surest` says it; {why} if refused. */
  surest: (file, scale) => looking(file, (field) => surest(field, scale, network)),

  /** The cells of a field, its `width` and `height`, and a `picture` of the size `shown`. */
  find: (file, scale) => looking(file, async (field) => {
    const whole = [0, 0, field.width, field.height];
    const cells = await findWithin(field, whole, scale, network);
    const small = region(field, whole, Math.min(1, SIDE / Math.max(field.width, field.height)));
    const { width, height } = field;
    const size = { width: small.width, height: small.height };
    return { cells, width, height, shown: size, picture: await shown(small, PICTURE) };
  }),

  /** The crops of a field at these boxes, as files. */
  cut: (file, boxes, side) => looking(file, async (field) => {
    const crops = [];
    for (const box of boxes) {
      const crop = { width: side, height: side, rgb: cut(field, box, side) };
      crops.push(await written(crop, CROP));
    }
    return { crops };
  }),
});

const looking = ({ path, blob }, look) => readOrWhy(async () =>
  look(await decode(new Uint8Array(await blob.arrayBuffer()), path)));
