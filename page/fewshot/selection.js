// Embeddings of unlabelled cells -> the ones an expert should label first.

import { Generator } from "./random.js";

const SEEN = 3000; // cells considered; their table of distances takes 72 MB
const SWAPS = 50; // at most, to save time: the first gain most
const TIE = 1e-6; // of the mean distance
const UNIT = 1e9; // sums are rounded; further digits differ between processors

/**
 * The `n` cells whose labels are worth most, the best first; for its aim see Python's docstring.
 *
 * - `cells` (`Cells`), `rows`: those to choose from. Of more than 3,000, 3,000 are drawn.
 * - `labelled`: the rows that have a label. Cells like them are not suggested.
 */
export async function suggestCells(cells, rows, n, labelled) {
  if (!(Number.isInteger(n) && n >= 1 && n <= Math.min(rows.length, SEEN))) {
    throw new Error(
      "`n` must be at most the number of cells to choose from, and 3,000, but was" +
        ` ${n} of ${rows.length} cells. Ask for fewer, or embed more cells.`,
    );
  }
  const drawn = new Generator().permutation(rows.length).slice(0, SEEN).sort((a, b) => a - b);
  const seen = drawn.map((i) => rows[i]);
  const far = await distancesBetween(cells, seen);
  const cost = new Float64Array(seen.length);
  if (labelled.length) {
    const columns = labelled.map((own) => cells.column(own));
    seen.forEach((row, i) => {
      cost[i] = Math.min(...columns.map((cosines) => squaredDistance(cosines[row])));
    });
  } else {
    cost.fill(far.reduce((a, b) => Math.max(a, b)));
  }
  const scale = far.reduce((a, b) => a + b) / far.length || 1; // so that gains can be rounded
  preferTypical(far, seen.length, scale);
  return choose(far, cost.map((own) => own / scale), n).map((i) => seen[i]);
}

function squaredDistance(cosine) {
  return (1 - cosine) ** 2;
}

/** The table of the cells' squared cosine distances, (N, N), as symmetric as they are. */
async function distancesBetween(cells, rows) {
  const [n, chosen] = [rows.length, cells.gather(rows)];
  const cosines = await cells.gemm(chosen, chosen, cells.width);
  const far = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      far[i * n + j] = far[j * n + i] = i === j ? 0 : squaredDistance(cosines[i * n + j]);
    }
  }
  return far;
}

/** Of two equals, such as an isolated pair, the more typical one serves better. */
function preferTypical(far, n, scale) {
  const means = new Float64Array(n);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < n; j++, at++) {
      far[at] /= scale;
      means[j] += far[at] / n;
    }
  }
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < n; j++, at++) far[at] += TIE * means[j];
}

/**
 * `n` cells that make the sum of costs small, the largest gain first.
 *
 * `far` (N, N) is the cost of each cell if served by each; `cost` (N,), if served by none.
 */
function choose(far, cost, n) {
  const count = cost.length;
  const chosen = greedy(far, cost, n);
  for (let swap = 0; swap < SWAPS; swap++) {
    const { bills, now } = exchanges(far, cost, chosen);
    let best = 0;
    for (let i = 1; i < bills.length; i++) if (bills[i] < bills[best]) best = i;
    if (bills[best] >= now) break;
    chosen[Math.floor(best / count)] = best % count;
  }
  const own = new Float64Array(count * n);
  for (let i = 0; i < count; i++) chosen.forEach((j, k) => (own[i * n + k] = far[i * count + j]));
  return greedy(own, cost, n).map((k) => chosen[k]);
}

/** The sum of costs `now`, and with each chosen cell (n) replaced by each other (N). */
function exchanges(far, cost, chosen) {
  const [count, n] = [cost.length, chosen.length];
  const [base, bills] = [new Float64Array(count), new Float64Array(n * count)];
  let now = 0;
  for (let i = 0, at = 0; i < count; i++, at += count) {
    let [near, second, by] = [cost[i], Infinity, n];
    for (let k = n - 1; k >= 0; k--) { // the first of equals serves
      const own = far[at + chosen[k]];
      if (own <= near) [near, second, by] = [own, near, k];
      else if (own < second) second = own;
    }
    now += near;
    for (let j = 0; j < count; j++) {
      const own = far[at + j];
      if (own < near) base[j] += own;
      else base[j] += near;
    }
    if (by === n) continue;
    for (let j = 0, bill = by * count; j < count; j++, bill++) {
      const own = far[at + j]; // what it costs beyond `near` without the cell that serves it
      if (own > near) bills[bill] += (own < second ? own : second) - near;
    }
  }
  for (let i = 0; i < bills.length; i++) bills[i] = rounded(bills[i] + base[i % count]);
  return { bills, now: rounded(now) };
}

/** One column of `far` (N, M) after another, each time the one with the largest gain. */
function greedy(far, cost, n) {
  const width = far.length / cost.length;
  const [gain, left, chosen] = [new Float64Array(width), cost.slice(), []];
  for (let i = 0, at = 0; i < cost.length; i++) {
    for (let j = 0; j < width; j++, at++) gain[j] += Math.max(cost[i] - far[at], 0);
  }
  while (chosen.length < n) {
    let best = 0;
    for (let j = 1; j < width; j++) if (rounded(gain[j]) > rounded(gain[best])) best = j;
    chosen.push(best);
    for (let i = 0, at = 0; i < cost.length; i++, at += width) {
      const [before, after] = [left[i], far[at + best]];
      if (after >= before) continue; // the gains change by these rows only
      for (let j = 0; j < width; j++) {
        gain[j] -= Math.max(before - far[at + j], 0) - Math.max(after - far[at + j], 0);
      }
      left[i] = after;
    }
    for (const j of chosen) gain[j] = -Infinity;
  }
  return chosen;
}

function rounded(x) {
  return Math.round(x * UNIT) / UNIT;
}
