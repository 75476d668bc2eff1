// Classes as clouds of one shape, from inner products alone.

import {
  cholesky, multiply, solveLower, solveUpper, squaredColumns, transpose,
} from "./linear_algebra.js";

export const SHRINKAGE = 0.5; // of the covariance towards a sphere
const LEAST_VARIANCE = 1e-12; // of directions: there is one cell per class, or copies of it
export const LEAST = 1e-12; // of a squared distance: between copies of one cell it is 0

/**
 * Means m_c and the classes' mean covariance W, shrunk towards a sphere: see Python's heads.py.
 *
 *     S = (1 - s) W + s v I,    S^-1 = (I - F'F) / (s v),    F = L^-1 T X
 *
 * X are the supports (n, D), v the mean variance, T takes each class's mean away, and L L' is
 * T X X' T + v s / (1 - s) I. So a cell z is needed only by its products k = X z with the
 * supports: F z = L^-1 T k. And with
 *
 *     u_c = (I - F'F) m_c,    d_c^2 = (|z|^2 - |F z|^2 - 2 u_c z + u_c m_c) / s
 *
 * is its squared distance to class c, in units of v.
 */
export class Clouds {
  /**
   * - `gram`: the supports' products with each other, (n, n).
   * - `codes`: their class numbers, 0..nClasses-1, each with a support.
   * - `width`: D, the dimensions of embeddings.
   */
  constructor(gram, codes, nClasses, width) {
    const n = codes.length;
    Object.assign(this, { n, codes, nClasses, sizes: new Float64Array(nClasses) });
    for (const code of codes) this.sizes[code]++;
    const scatter = this.#scatter(gram);
    let trace = 0;
    for (let i = 0; i < n; i++) trace += scatter[i * n + i];
    this.variance = trace / Math.min(n, width);
    this.isSphere = this.variance < LEAST_VARIANCE; // in the span of the supports
    if (this.isSphere) scatter.set(gram);
    const sphere = this.isSphere ? 0 : (SHRINKAGE / (1 - SHRINKAGE)) * this.variance;
    for (let i = 0; i < n; i++) scatter[i * n + i] += sphere;
    this.root = cholesky(scatter, n);
    this.#describeMeans(gram);
  }

  /** T k for each column of products K (n, m), in its place: each class's mean is taken away. */
  centre(K, m) {
    if (this.isSphere) {
      for (let i = 0; i < K.length; i++) K[i] *= Math.sqrt(1 - SHRINKAGE);
      return K;
    }
    const { n, codes, sizes, nClasses } = this;
    const means = new Float64Array(nClasses * m);
    for (let i = 0; i < n; i++) {
      const mean = codes[i] * m, share = 1 / sizes[codes[i]];
      for (let k = 0; k < m; k++) means[mean + k] += K[i * m + k] * share;
    }
    for (let i = 0; i < n; i++) {
      const mean = codes[i] * m, weight = 1 / Math.sqrt(sizes[codes[i]] * nClasses);
      for (let k = 0; k < m; k++) K[i * m + k] = (K[i * m + k] - means[mean + k]) * weight;
    }
    return K;
  }

  #scatter(gram) {
    this.isSphere = false;
    const scatter = this.centre(gram.slice(), this.n);
    transpose(scatter, this.n);
    return this.centre(scatter, this.n);
  }

  /** What scores and distances need of the means: their products, F m_c, u_c and u_c m_c. */
  #describeMeans(gram) {
    const { n, codes, sizes, nClasses, root } = this;
    this.meanProducts = new Float64Array(n * nClasses); // of each support with each mean
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        this.meanProducts[i * nClasses + codes[j]] += gram[i * n + j] / sizes[codes[j]];
      }
    }
    const inner = this.inside(this.meanProducts.slice(), nClasses);
    solveUpper(root, n, inner, nClasses);
    this.centre(inner, nClasses);
    this.weights = new Float64Array(nClasses * n); // u_c z = weights k
    for (let c = 0; c < nClasses; c++) {
      for (let i = 0; i < n; i++) {
        this.weights[c * n + i] = (codes[i] === c) / sizes[c] - inner[i * nClasses + c];
      }
    }
    const own = multiply(this.weights, this.meanProducts, nClasses, n, nClasses);
    this.offsets = Float64Array.from({ length: nClasses }, (_, c) => own[c * nClasses + c]);
  }

  /** F z for cells with products K (n, m), in its place. */
  inside(K, m) {
    this.centre(K, m);
    solveLower(this.root, this.n, K, m);
    return K;
  }

  /**
   * The squared distance of m cells to the nearest class.
   *
   * `K` (n, m), their products with the supports, is used up; `squares` (m,) are their |z|^2.
   */
  distances(K, squares) {
    const [m, nearest] = [squares.length, new Float64Array(squares.length).fill(Infinity)];
    const along = multiply(this.weights, K, this.nClasses, this.n, m);
    for (let c = 0; c < this.nClasses; c++) {
      for (let k = 0; k < m; k++) {
        nearest[k] = Math.min(nearest[k], this.offsets[c] - 2 * along[c * m + k]);
      }
    }
    const inner = squaredColumns(this.inside(K, m), this.n, m);
    for (let k = 0; k < m; k++) {
      nearest[k] = Math.max((squares[k] - inner[k] + nearest[k]) / SHRINKAGE, LEAST);
    }
    return nearest;
  }
}
