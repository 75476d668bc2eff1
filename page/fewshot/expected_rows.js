// The share that is right in each class -> a balanced accuracy with its interval, now and later.

import { Draws } from "./draws.js";
import { quantiles } from "./statistics.js";

const [DRAWS, SEED] = [4000, 1];
// measured on real cells (experiments/own_cells.py). A held-out cell tells half as much as a fresh
// one, as nearly the same supports judge them all; classes are alike, as if one and a quarter cells
// more had been judged that are as the average;
const [WORTH, ALIKE] = [0.5, 1.25];
// certainties are off by so much, as the standard deviation of a balanced accuracy's logit
const OFF = 0.3;
// and doubling the labels removes 5 to 25 of 100 errors, 15 on average
const ERRORS_LEFT = [0.75, 0.95];
const MEAN_LEFT = (ERRORS_LEFT[0] + ERRORS_LEFT[1]) / 2;

/** The share of errors that is left with so many times the labels. */
export const errorsLeft = (times) => MEAN_LEFT ** Math.log2(times);

/**
 * The rows "now" and "twice as many", with 95 % intervals.
 *
 * `right` and `cells`: of each class, the share that is right, and how many cells were judged;
 * `perClass`: how many labels a class has, on average.
 */
export function expectedRows(right, cells, perClass) {
  const mean = right.reduce((a, b) => a + b) / right.length;
  const draws = new Draws(SEED);
  const accuracies = recallDraws(draws, right, mean, cells);
  const [least, most] = ERRORS_LEFT;
  const twice = accuracies.map((accuracy) => {
    return 1 - (1 - accuracy) * (least + (most - least) * draws.uniform());
  });
  return [
    expectedRow("now", perClass, mean, accuracies),
    expectedRow("twice as many", 2 * perClass, 1 - (1 - mean) * MEAN_LEFT, twice),
  ];
}

function expectedRow(labels, perClass, mean, draws) {
  const [low, high] = quantiles(draws, [0.025, 0.975]);
  // an interval includes its own estimate, also where all cells are right
  return {
    labels,
    per_class: perClass,
    balanced_accuracy: mean,
    low: Math.min(low, mean),
    high: Math.max(high, mean),
  };
}

/** Draws of balanced accuracy, given the share that is right in each class and its cells. */
function recallDraws(draws, right, mean, cells) {
  const like = clip(mean, 0.02, 0.98);
  return Array.from({ length: DRAWS }, () => {
    let sum = 0;
    right.forEach((share, c) => {
      const n = WORTH * cells[c];
      sum += draws.beta(ALIKE * like + n * share, ALIKE * (1 - like) + n * (1 - share));
    });
    const accuracy = clip(sum / right.length, 1e-9, 1 - 1e-9);
    const logit = Math.log(accuracy / (1 - accuracy)) + OFF * draws.normal();
    return 1 / (1 + Math.exp(-logit));
  });
}

function clip(x, low, high) {
  return Math.min(Math.max(x, low), high);
}
