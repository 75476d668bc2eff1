// How many of each class there are: the counts, with an interval that accounts for errors.

import { Draws } from "./draws.js";
import { nonNegative } from "./nnls.js";
import { quantiles } from "./statistics.js";

const [DRAWS, SEED] = [400, 2];
const SUM_TO_ONE = 1e3; // weight of the rule that shares sum to 1

/**
 * The 95 % interval of each class's true share among classified cells.
 *
 * - `counts`: how many cells were given each class, C numbers.
 * - `accuracy`: what `expectedAccuracy` returned for the labelled cells, with the same classes.
 *
 * Confusions compatible with the held-out labelled cells are drawn (Dirichlet), and counts
 * (multinomial); each draw's counts are corrected by its confusion (Saerens et al. 2002, eq. 2.5;
 * non-negative least squares). The share itself is not corrected: with a handful of labels, a
 * corrected share was further from the truth on real cells than the plain count.
 *
 * Returns {label, cells, share, low, high} for each class but that of what is no cell; shares are
 * of the other cells.
 */
export function estimatePrevalence(counts, accuracy) {
  const [n, random] = [counts.length, new Draws(SEED)];
  const { confusion, apart } = accuracy;
  const classes = Array.from({ length: n }, (_, c) => confusion[c * n].label);
  const kept = [...classes.keys()].filter((c) => !apart.includes(classes[c]));
  const rates = confusion.map(({ share, cells }) => (share ?? 0) * Math.max(cells, 1));
  const draws = Array.from({ length: DRAWS }, () => {
    const drawn = corrected(rates, counts, random);
    return asShares(kept.map((c) => drawn[c]));
  });
  const shares = asShares(kept.map((c) => counts[c]));
  return kept.map((c, i) => {
    const [low, high] = quantiles(draws.map((draw) => draw[i]), [0.025, 0.975]);
    const share = shares[i];
    return {
      label: classes[c],
      cells: counts[c],
      share,
      low: Math.min(low, share),
      high: Math.max(high, share),
    };
  });
}

/** Numbers of each class, of which there may be none, as shares of their sum. */
function asShares(numbers) {
  const sum = Math.max(numbers.reduce((a, b) => a + b, 0), 1e-12);
  return numbers.map((number) => number / sum);
}

/** The true shares, if confusion and counts were as in one random draw of each. */
function corrected(rates, counts, random) {
  const n = counts.length;
  const drawn = Array.from({ length: n }, (_, c) => {
    const own = rates.slice(c * n, (c + 1) * n);
    return random.dirichlet(own.map((rate, k) => rate + 0.5 / n + 0.5 * (c === k)));
  });
  const total = counts.reduce((a, b) => a + b);
  const seen = random.multinomial(total, counts.map((count) => count / total));
  const square = new Float64Array(n * n).fill(SUM_TO_ONE ** 2);
  const target = new Float64Array(n).fill(SUM_TO_ONE ** 2);
  for (let k = 0; k < n; k++) {
    for (let c = 0; c < n; c++) {
      target[c] += (drawn[c][k] * seen[k]) / total;
      for (let d = 0; d < n; d++) square[c * n + d] += drawn[c][k] * drawn[d][k];
    }
  }
  return asShares([...nonNegative(square, target)]);
}
