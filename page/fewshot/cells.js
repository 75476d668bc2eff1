// The embeddings of all cells as directions, and their inner products.

import { products } from "./products.js";

const AT_ONCE = 2048; // rows of a product: some 4 MB of results

/**
 * Embeddings scaled to length 1, once.
 *
 * - `Z`: Float32Array (count, width).
 * - `gemm(A, B, width)`: a fast product A B' of (n, width) and (m, width), or a promise of it.
 */
export class Cells {
  #columns = new Map();

  constructor(Z, width, gemm = null) {
    this.width = width;
    this.count = Z.length / width;
    this.lengths = new Float64Array(this.count);
    this.squares = new Float64Array(this.count); // 1, but for rounding
    this.directions = new Float32Array(Z.length);
    this.gemm = gemm ?? products;
    for (let row = 0; row < this.count; row++) this.#scale(Z, row);
  }

  #scale(Z, row) {
    const { width, directions } = this;
    const [start, end] = [row * width, (row + 1) * width];
    let square = 0;
    for (let k = start; k < end; k++) square += Z[k] * Z[k];
    this.lengths[row] = Math.sqrt(square);
    const length = this.lengths[row] || 1;
    square = 0;
    for (let k = start; k < end; k++) {
      directions[k] = Z[k] / length;
      square += directions[k] * directions[k];
    }
    this.squares[row] = square;
  }

  /** The inner products of all cells with one, (count,), computed once. */
  column(row) {
    if (!this.#columns.has(row)) this.#columns.set(row, this.#productsWith(row));
    return this.#columns.get(row);
  }

  #productsWith(row) {
    const { width, directions, count } = this;
    const own = Float64Array.from(this.direction(row));
    const found = new Float64Array(count);
    for (let i = 0, k = 0; i < count; i++) {
      let a = 0, b = 0, c = 0, d = 0, j = 0; // four sums at once are faster
      for (; j + 3 < width; j += 4, k += 4) {
        a += directions[k] * own[j];
        b += directions[k + 1] * own[j + 1];
        c += directions[k + 2] * own[j + 2];
        d += directions[k + 3] * own[j + 3];
      }
      for (; j < width; j++, k++) a += directions[k] * own[j];
      found[i] = a + b + (c + d);
    }
    return found;
  }

  /** One cell's direction, (width,). */
  direction(row) {
    return this.directions.subarray(row * this.width, (row + 1) * this.width);
  }

  /** The directions of some cells, (rows, width). */
  gather(rows) {
    const found = new Float32Array(rows.length * this.width);
    rows.forEach((row, i) => found.set(this.direction(row), i * this.width));
    return found;
  }

  /**
   * The products of all cells with each row of B (m, width), some cells at a time.
   *
   * `visit(part, first)` gets them, (part, m), with the number of the first cell.
   */
  async withAll(B, visit) {
    for (let first = 0; first < this.count; first += AT_ONCE) {
      const end = Math.min(first + AT_ONCE, this.count) * this.width;
      const part = this.directions.subarray(first * this.width, end);
      visit(await this.gemm(part, B, this.width), first);
    }
  }
}

/** At most so many of the rows, from the first to the last. */
export function spread(rows, most) {
  const step = Math.ceil(rows.length / most);
  return rows.filter((_, i) => i % step === 0);
}
