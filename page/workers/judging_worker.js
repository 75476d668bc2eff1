// Embeddings and labels in, verdicts out, away from the page's own thread.

import { loadProducts, startRuntime } from "../embedder/network.js";
import { JudgedCells } from "../fewshot/judged_cells.js";
import { differing } from "../own_cells/image_differences.js";
import { unpacked } from "../unpacking.js";
import { serve } from "./calls.js";

let products, cells, pictures;

serve({
  unpacked,

  /** Load what multiplies large tables (an ONNX file); files are Blobs. */
  async load(wasm, file) {
    await startRuntime(wasm);
    products = await loadProducts(file);
  },

  /**
   * Take embeddings (N, dim) of cells; `copyOf` and `groups` are as JudgedCells has them, `seen`
   * are the width and the light of each picture.
   */
  async take(embeddings, dim, { copyOf, groups, apart, seen }) {
    pictures = seen;
    cells = new JudgedCells(embeddings, dim, { copyOf, groups, gemm: products, apart });
    await cells.prepare();
  },

  /** The verdicts once these labels [[row, class], ...] hold, without the shares behind them. */
  judge(labels) {
    cells.setLabels(new Map(labels));
    const { shares, ...verdicts } = cells.verdicts();
    return verdicts;
  },

  /** What to expect of these verdicts, and what to look at: slower, so it comes after them. */
  trust() {
    return {
      expected: cells.expected(),
      shares: cells.shares(),
      doubtful: cells.doubtful(),
      doubtfulLabels: cells.doubtfulLabels(),
      map: cells.map(),
      differ: differing(pictures, [...cells.labels.keys()].map((row) => pictures[row])),
    };
  },

  /** The `n` cells most worth labelling next. */
  suggest: (n) => cells.suggest(n),

  /** The labelled cells nearest to one, or to each cell. */
  nearest: (row) => cells.nearest(row),
  nearestToEach: (count) => Array.from({ length: count }, (_, row) => cells.nearest(row)),
});
