// The head "lda": from the labelled cells to a score of each class.

import { SHRINKAGE } from "./clouds.js";
import { multiply } from "./linear_algebra.js";

/**
 * Linear discriminant analysis with a shrunk covariance, classes equally likely.
 *
 *     score_c = (u_c z - u_c m_c / 2) / (s v)
 *
 * in the terms of `Clouds`. Where no class has two different cells it is the cosine with each
 * class's mean. Returns `weights` (C, n) of the products with the supports, `intercept` (C,), and
 * `gap`: how far apart the head keeps its classes, the mean over pairs of the score of one at its
 * mean minus the other's there. Divided by it, the scores of heads can be compared.
 */
export function fitHead(clouds) {
  const head = clouds.isSphere ? cosines(clouds) : discriminants(clouds);
  return { ...head, gap: classGap(head, clouds) };
}

/** The scores of m cells with products K (n, m), shape (m, C). */
export function scoreCells(head, K, m) {
  const nClasses = head.intercept.length;
  const along = multiply(head.weights, K, nClasses, head.weights.length / nClasses, m);
  const scores = new Float64Array(m * nClasses);
  for (let c = 0; c < nClasses; c++) {
    for (let k = 0; k < m; k++) scores[k * nClasses + c] = along[c * m + k] + head.intercept[c];
  }
  return scores;
}

function discriminants({ weights, offsets, variance }) {
  return {
    weights: weights.map((weight) => weight / (SHRINKAGE * variance)),
    intercept: offsets.map((offset) => -offset / (2 * SHRINKAGE * variance)),
  };
}

function cosines({ n, nClasses, codes, sizes, meanProducts }) {
  const squares = new Float64Array(nClasses); // of the means
  codes.forEach((c, i) => (squares[c] += meanProducts[i * nClasses + c] / sizes[c]));
  const weights = new Float64Array(nClasses * n);
  codes.forEach((c, i) => (weights[c * n + i] = 1 / (sizes[c] * Math.sqrt(squares[c]))));
  return { weights, intercept: new Float64Array(nClasses) };
}

function classGap(head, { nClasses, meanProducts }) {
  const scores = scoreCells(head, meanProducts, nClasses); // of class c at the mean of another
  let sum = 0;
  for (let mean = 0; mean < nClasses; mean++) {
    for (let c = 0; c < nClasses; c++) {
      sum += scores[mean * nClasses + mean] - scores[mean * nClasses + c];
    }
  }
  const gap = sum / (nClasses * (nClasses - 1));
  return gap > 1e-12 ? gap : 1; // identical cells: the scores do not differ
}
