// True classes and given ones -> how often they agree, with intervals for a handful of cells.

import { sortedNames } from "../data/plain_text.js";
import { Draws } from "../fewshot/draws.js";
import { quantiles } from "../fewshot/statistics.js";
import { betaQuantile } from "./beta_quantiles.js";
import { ends, two } from "./words.js";

const PRIOR = 0.5; // Jeffreys'
const DRAWS = 20_000;
const BOUNDS = [0.025, 0.975];

/**
 * Compare the true classes of cells with those they were given, two arrays of names.
 *
 * - `accuracy`, `balanced_accuracy`: {value, low, high}, the interval a 95 % one; the second is
 *   null if all cells are of the class kept `apart`, which it leaves out.
 * - `recall`: [{label, cells, right, recall, low, high}], a row for each true class.
 * - `confusion`: [{label, predicted, cells}], every true class with every class given.
 *
 * Shares have Jeffreys' interval (Brown et al. 2001); that of the balanced accuracy is from draws
 * of each class's recall, as in bloodshot_lib/fewshot/agreement.py. Throws if there is no cell.
 */
export function compareLabels(truth, given, apart) {
  if (!truth.length || truth.length !== given.length) {
    throw new Error(
      "Each test cell must have a true class and a given one, but there were" +
        ` ${truth.length} and ${given.length}.`,
    );
  }
  const recall = sortedNames(truth).map((label) => {
    const names = given.filter((_, cell) => truth[cell] === label);
    const right = names.filter((name) => name === label).length;
    return { label, cells: names.length, right, ...share(right, names.length, "recall") };
  });
  const pairs = sortedNames(truth).flatMap((label) =>
    sortedNames(given).map((predicted) => ({ label, predicted })));
  const confusion = pairs.map(({ label, predicted }) => {
    const cells = truth.filter((name, i) => name === label && given[i] === predicted).length;
    return { label, predicted, cells };
  });
  return {
    accuracy: share(sum(recall, "right"), truth.length, "value"),
    balanced_accuracy: balanced(recall.filter(({ label }) => label !== apart)),
    recall,
    confusion,
  };
}

/** The sentence to quote of a test with `compareLabels`; version and weights are BloodShot's. */
export function quoteAgreement(found, { version, weights }) {
  const score = (name, of) => `${name} ${two(of.value)} (95 % interval ${ends(of)})`;
  const said = [score("accuracy", found.accuracy)];
  if (found.balanced_accuracy) said.push(score("balanced accuracy", found.balanced_accuracy));
  return (
    `Of ${sum(found.recall, "cells")} test cells, drawn at random from those without a label and` +
    ` named without looking at the result, BloodShot ${version} (weights ${weights}) called` +
    ` ${sum(found.recall, "right")} the same: ${said.join(", ")}.`
  );
}

function share(right, cells, name) {
  const [low, high] = BOUNDS.map((p) => betaQuantile(PRIOR + right, PRIOR + cells - right, p));
  return { [name]: right / cells, low: right === 0 ? 0 : low, high: right === cells ? 1 : high };
}

/**
 * Jeffreys' prior pulls the mean of many small classes too far down: it gives the low end only,
 * and one about the accuracy of all gives the high end.
 */
function balanced(recall) {
  if (!recall.length) return null;
  const value = sum(recall, "recall") / recall.length;
  const overall = (PRIOR + sum(recall, "right")) / (2 * PRIOR + sum(recall, "cells"));
  const [low, high] = [0.5, overall].map((mean, end) =>
    quantiles(draws(recall, 2 * PRIOR * mean), [BOUNDS[end]])[0]);
  return { value, low: Math.min(low, value), high: Math.max(high, value) };
}

function draws(recall, prior) {
  const random = new Draws(0);
  const one = ({ right, cells }) => random.beta(prior + right, 2 * PRIOR - prior + cells - right);
  const mean = () => recall.reduce((total, row) => total + one(row), 0) / recall.length;
  return Array.from({ length: DRAWS }, mean);
}

const sum = (rows, name) => rows.reduce((total, row) => total + row[name], 0);
