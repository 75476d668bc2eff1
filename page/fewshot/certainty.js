// Scores -> calibrated probabilities, from a handful of labelled cells.

import { largest } from "./statistics.js";

// one label per class says little about a temperature, so its usual value was measured on other
// real cells: too low on as many sets as too high (experiments/own_cells.py)
const USUAL = 4.8; // for scores in units of the gap between classes, at one support per class
const GROWTH = 0.15; // the power of the supports per class with which it grows
const SPREAD = 1; // standard deviation of its logarithm: wide, so that a few labels overrule it

/**
 * The factor t with which softmax(t * scores / gap) is calibrated (Guo et al. 2017).
 *
 * It minimises the log loss of the held-out supports plus that of a normal prior on log t. With
 * one support per class it is the prior's centre; the more supports, the more they decide.
 */
export function fitTemperature({ rows, scores, weights }, codes, nClasses) {
  const perClass = codes.length / nClasses;
  const usual = Math.log(USUAL * perClass ** GROWTH);
  // the heads that judge the held-out supports have one support per class fewer
  const fewer = (Math.max(perClass - 1, 1) / perClass) ** GROWTH;
  const loss = (logT) => {
    let sum = ((logT - usual) / SPREAD) ** 2 / 2;
    const t = Math.exp(logT) * fewer;
    for (let i = 0; i < rows.length; i++) {
      const from = i * nClasses;
      const most = scores[from + largest(scores, from, nClasses)];
      let odds = 0;
      for (let c = from; c < from + nClasses; c++) odds += Math.exp(t * (scores[c] - most));
      sum += weights[i] * (t * (most - scores[from + codes[rows[i]]]) + Math.log(odds));
    }
    return sum;
  };
  return Math.exp(minimum(loss, -5, 6));
}

/** Where a function with one valley is smallest, by golden sections. */
function minimum(f, low, high) {
  const golden = (3 - Math.sqrt(5)) / 2;
  let [left, right] = [low + golden * (high - low), high - golden * (high - low)];
  let [atLeft, atRight] = [f(left), f(right)];
  while (high - low > 1e-8) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = low + golden * (high - low);
      atLeft = f(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = high - golden * (high - low);
      atRight = f(right);
    }
  }
  return (low + high) / 2;
}
