// Which classes are taken for which: as held-out supports show it, and as certainties expect it.
// A confusion is a list of rows, one per true class, of the shares of verdicts.

import { largest } from "./statistics.js";

const EVEN = 300; // cells of even shares, added when the shares of classes are estimated
const STEPS = 50;

/** Each class's shares of held-out verdicts, C rows, and how many cells were judged, C numbers. */
export function heldOutConfusion({ rows, scores, weights }, codes, nClasses) {
  const counts = emptyTable(nClasses);
  rows.forEach((row, i) => {
    counts[codes[row]][largest(scores, i * nClasses, nClasses)] += weights[i];
  });
  const judged = counts.map(total);
  const shares = counts.map((row, c) => row.map((count) => count / Math.max(judged[c], 1)));
  return { shares, judged: judged.map(Math.round) };
}

/**
 * What the certainties of cells without a label (M, C) expect: each class's shares of verdicts.
 *
 * A cell that is taken for k, with certainty p of c, is p of a cell of c taken for k. As that does
 * not depend on which cells are labelled, it holds for suggested ones too. The certainties take
 * all classes for equally likely; first they are told how the cells are shared among the classes
 * (expectation maximisation, Saerens et al. 2002), or the small doubts of the many cells of a
 * common class would drown a rare one.
 */
export function certainConfusion(certainties, nClasses) {
  const n = certainties.length / nClasses;
  const shares = Array(nClasses).fill(1 / nClasses);
  const sure = new Float64Array(certainties.length);
  for (let step = 1; step <= STEPS; step++) {
    const sums = told(certainties, shares, sure);
    if (step === STEPS) break;
    shares.forEach((_, c) => (shares[c] = (sums[c] + EVEN / nClasses) / (n + EVEN)));
  }
  const cells = emptyTable(nClasses);
  for (let from = 0; from < sure.length; from += nClasses) {
    const given = largest(certainties, from, nClasses);
    for (let c = 0; c < nClasses; c++) cells[c][given] += sure[from + c];
  }
  return cells.map((row) => row.map((count) => count / total(row)));
}

/** Writes to `sure` the certainties of cells whose classes have such shares; their sums, C. */
function told(certainties, shares, sure) {
  const [nClasses, sums] = [shares.length, new Float64Array(shares.length)];
  for (let from = 0; from < sure.length; from += nClasses) {
    let sum = 0;
    for (let c = 0; c < nClasses; c++) sum += certainties[from + c] * shares[c];
    for (let c = 0; c < nClasses; c++) {
      sure[from + c] = (certainties[from + c] * shares[c]) / sum;
      sums[c] += sure[from + c];
    }
  }
  return sums;
}

function emptyTable(n) {
  return Array.from({ length: n }, () => Array(n).fill(0));
}

function total(numbers) {
  return numbers.reduce((a, b) => a + b, 0);
}
