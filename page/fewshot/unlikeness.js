// Is a cell unlike everything labelled? Its distance to the nearest class, with a limit.
//
// The distance is relative (Ren et al. 2021): to the nearest class, divided by that to all cells
// taken as one cloud. So what makes all cells differ, such as stain and focus, counts for little.

import { SHRINKAGE } from "./clouds.js";
import { quantiles, studentQuantile } from "./statistics.js";

const KEEP = 0.95; // of further cells of the labelled classes should not be called unlike
// what the bulk of the new cells says of those further out, if there are enough of them: cells of
// other kinds are rarely among the nearest three in five
const [ENOUGH, BULK] = [30, [0.1, 0.6]];
const [BULK_ENDS, KEEP_END] = [[-1.2815515655446004, 0.2533471031357997], 1.6448536269514722];

/**
 * The logarithm of each held-out support's distance to its nearest class, (n,).
 *
 * A support is judged if its class has others left, otherwise it has NaN. `rests` are those of
 * `fitRests`; `squares` (n,) the supports' |x|^2.
 */
export function heldOutDistances(rests, squares) {
  const [logs, times] = [new Float64Array(squares.length), new Float64Array(squares.length)];
  for (const { clouds, judged, products } of rests) {
    const own = Float64Array.from(judged, (i) => squares[i]);
    const far = clouds.distances(products.slice(), own);
    judged.forEach((i, k) => {
      logs[i] += Math.log(far[k]);
      times[i]++;
    });
  }
  return logs.map((sum, i) => sum / times[i]);
}

/**
 * The log distance within which 95 % of further cells of these classes should lie.
 *
 * It is the smaller of two, or null if there is neither:
 *
 * - the upper end of a prediction interval on `heldOut`, the supports' log distances (Student's t;
 *   Hahn & Meeker 1991). Supports that were chosen to cover all cells lie at the edges of their
 *   classes, so that this one is too wide;
 * - that of the normal distribution with the same 10 % and 60 % points as `fresh`, the log
 *   distances of cells without a label.
 */
export function limit(heldOut, fresh) {
  const [found, n] = [[], heldOut.length];
  if (n > 1) {
    const mean = heldOut.reduce((a, b) => a + b) / n;
    const variance = heldOut.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (n - 1);
    found.push(mean + studentQuantile(n - 1, KEEP) * Math.sqrt(variance * (1 + 1 / n)));
  }
  if (fresh.length >= ENOUGH) {
    const [low, high] = quantiles(fresh, BULK);
    const unit = (high - low) / (BULK_ENDS[1] - BULK_ENDS[0]);
    found.push(high + (KEEP_END - BULK_ENDS[1]) * unit);
  }
  return found.length ? Math.min(...found) : null;
}

/** The log of the mean distance between n supports, each the only one of its class. */
export function usualDistance(gram, n) {
  let sum = 0; // as `Clouds` has it
  for (const cosine of gram) sum += (1 - cosine) ** 2 + (1 - cosine ** 2) / SHRINKAGE;
  return Math.log(sum / (n * n - n));
}
