// Files -> cells and their embeddings; what cannot be read is listed.

import { Cell } from "./cell.js";

/**
 * Embed files [{path, blob, ...}], keeping what they have. Returns `cells`, sorted by
 * `order(cells)`; their `embeddings` (N * dim); and `leftOut` [{path, why}]. `show(done, of)` is
 * called as it goes on; an aborted `signal` ends it with what is done.
 */
export async function embedCells(pool, files, dim, { order, show, signal }) {
  const seen = [];
  const leftOut = [];
  let done = 0;
  await pool.embed(files, (start, { cells, embeddings }) => {
    let place = 0;
    cells.forEach(({ why, ...cell }, number) => {
      const file = files[start + number];
      if (why) leftOut.push({ path: file.path, why });
      else seen.push({ ...file, ...cell, own: embeddings.subarray(place * dim, ++place * dim) });
    });
    show((done += cells.length), files.length);
  }, signal);
  const embeddings = new Float32Array(seen.length * dim);
  const cells = order(seen).map(({ own, ...facts }, row) => {
    embeddings.set(own, row * dim);
    return new Cell({ ...facts, row });
  });
  return { cells, embeddings, leftOut };
}
