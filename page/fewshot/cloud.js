// All cells as one cloud: how far each is from its middle, whatever is labelled.

import { Clouds, LEAST, SHRINKAGE } from "./clouds.js";

const CLOUD = 500; // cells that make it up, at most: 1,000 did no better

/**
 * The logarithm of each cell's distance from the cloud of all cells, Float64Array (count,).
 *
 * Python makes the cloud of the labelled cells and 500 others. The page's is of 500 of all cells,
 * labelled or not, evenly from the first to the last. So it is Python's own where there are no more
 * cells than that and no copies; of more, it is another sample of the same cells, and stays when a
 * label is set: computed once, it costs nothing after each label.
 */
export async function logDistancesFromAll(cells) {
  const { width } = cells;
  const m = Math.min(cells.count, CLOUD);
  const rows = Array.from({ length: m }, (_, i) => Math.floor((i * cells.count) / m));
  const chosen = cells.gather(rows);
  const gram = Float64Array.from(await cells.gemm(chosen, chosen, width));
  const cloud = new Clouds(gram, rows.map(() => 0), 1, width);
  const basis = new Float32Array((m + 1) * width); // F, and the middle
  basis.set(cloud.inside(Float64Array.from(chosen), width));
  for (let k = 0; k < width; k++) {
    let sum = 0;
    for (let i = 0; i < m; i++) sum += chosen[i * width + k];
    basis[m * width + k] = sum / m;
  }
  const middle = cloud.inside(cloud.meanProducts.slice(), 1); // F times it
  const found = new Float64Array(cells.count);
  await cells.withAll(basis, (part, first) => {
    for (let k = 0, at = 0; at < part.length; k++, at += m + 1) {
      let far = cells.squares[first + k] - 2 * part[at + m] + cloud.offsets[0];
      for (let i = 0; i < m; i++) far -= part[at + i] * (part[at + i] - 2 * middle[i]);
      found[first + k] = Math.log(Math.max(far / SHRINKAGE, LEAST));
    }
  });
  return found;
}
