// Non-negative least squares (Lawson & Hanson 1974, chapter 23).

import { cholesky, solveLower, solveUpper } from "./linear_algebra.js";

const [SMALL, MOST_STEPS, LEAST_PIVOT] = [1e-14, 10, 1e-15];

/** The x >= 0 (n,) with the smallest |A x - b|, from A'A (n, n) and A'b (n,). */
export function nonNegative(square, target) {
  const n = target.length;
  const [x, free] = [new Float64Array(n), new Set()];
  const scale = Math.max(...target.map(Math.abs)) || 1;
  for (let step = 0; step < MOST_STEPS * n; step++) {
    let enters = -1;
    let steepest = SMALL * scale;
    for (let i = 0; i < n; i++) {
      let slope = target[i];
      for (let j = 0; j < n; j++) slope -= square[i * n + j] * x[j];
      if (!free.has(i) && slope > steepest) [enters, steepest] = [i, slope];
    }
    if (enters < 0) break;
    free.add(enters);
    for (;;) {
      const rows = [...free].sort((a, b) => a - b);
      const best = solve(square, target, n, rows);
      let way = 1; // as far as all stay positive
      rows.forEach((row, i) => {
        if (best[i] <= 0) way = Math.min(way, x[row] / (x[row] - best[i] || 1));
      });
      rows.forEach((row, i) => {
        x[row] += way * (best[i] - x[row]);
        if (way < 1 && best[i] <= 0 && x[row] <= 1e-15) free.delete(row);
      });
      if (way === 1) break;
      for (let i = 0; i < n; i++) if (!free.has(i)) x[i] = 0;
    }
  }
  return x;
}

/** The least squares of some columns alone. */
function solve(square, target, n, rows) {
  const m = rows.length;
  const part = new Float64Array(m * m);
  rows.forEach((row, i) => rows.forEach((col, j) => (part[i * m + j] = square[row * n + col])));
  const [root, x] = [cholesky(part, m, LEAST_PIVOT), Float64Array.from(rows, (row) => target[row])];
  solveLower(root, m, x, 1);
  solveUpper(root, m, x, 1);
  return x;
}
