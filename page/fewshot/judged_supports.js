// What a classifier knows of its own supports, judged once.

import { fitTemperature } from "./certainty.js";
import { Clouds } from "./clouds.js";
import { fitHead, scoreCells } from "./heads.js";
import { fitRests, holdOut } from "./held_out.js";
import { softmax } from "./statistics.js";
import { heldOutDistances, limit, usualDistance } from "./unlikeness.js";

const BLOCK = 32; // cells judged at a time

/**
 * Supports, and what they say of each other, computed when it is first asked for, and kept.
 *
 * - `gram` (n, n): their inner products, as directions.
 * - `codes` (n,): their class numbers, 0..C-1, among `classes`; each class has a support.
 * - `groups` (n,): subjects, or null; whole groups are left out together.
 * - `width`: the dimensions of embeddings.
 */
export class JudgedSupports {
  #known = {};

  constructor(gram, codes, classes, groups, width) {
    Object.assign(this, { gram, codes, classes, groups, width });
    this.squares = codes.map((_, i) => gram[i * (codes.length + 1)]);
  }

  #once(name, compute) {
    return (this.#known[name] ??= compute());
  }

  /** The classes as clouds, to which distances are measured. */
  get clouds() {
    const { gram, codes, classes, width } = this;
    return this.#once("clouds", () => new Clouds(gram, codes, classes.length, width));
  }

  get head() {
    return this.#once("head", () => fitHead(this.clouds));
  }

  /** How many supports each class has, (C,). */
  get sizes() {
    return this.clouds.sizes;
  }

  get #rests() {
    const { gram, codes, groups, width } = this;
    return this.#once("rests", () => fitRests(gram, codes, groups, width));
  }

  /** Each support, judged by heads fitted on others. */
  get heldOut() {
    return this.#once("heldOut", () => holdOut(this.#rests, this.classes.length));
  }

  /** The factor of scores, in units of the gap between classes, that calibrates them. */
  get temperature() {
    const { codes, classes } = this;
    return this.#once("temperature", () => fitTemperature(this.heldOut, codes, classes.length));
  }

  /**
   * The logarithm of each held-out support's distance to its nearest class, (n,), or NaN.
   *
   * If none can be judged, for all are of one group, groups are not respected.
   */
  get heldOutLogs() {
    return this.#once("heldOutLogs", () => {
      const { gram, codes, groups, width, squares } = this;
      const logs = heldOutDistances(this.#rests, squares);
      if (groups === null || !logs.every(Number.isNaN)) return logs;
      return heldOutDistances(fitRests(gram, codes, null, width), squares);
    });
  }

  /**
   * Judge N cells by their products with the supports, n `columns` of N numbers each.
   *
   * Returns `shares` (N, C), how sure the head is of each class, and `logs` (N,), the logarithm of
   * the distance to the nearest class. `squares` (N,) are the cells' |z|^2.
   */
  judge(columns, squares) {
    const { clouds, head, classes } = this;
    const [count, n] = [squares.length, columns.length];
    const scores = new Float64Array(count * classes.length);
    const logs = new Float64Array(count);
    for (let first = 0; first < count; first += BLOCK) {
      const end = Math.min(first + BLOCK, count);
      const products = new Float64Array(n * (end - first));
      for (let i = 0, at = 0; i < n; i++) {
        for (let k = first; k < end; k++) products[at++] = columns[i][k];
      }
      scores.set(scoreCells(head, products, end - first), first * classes.length);
      const far = clouds.distances(products, squares.subarray(first, end));
      for (let k = 0; k < far.length; k++) logs[first + k] = Math.log(far[k]);
    }
    return { shares: softmax(scores, classes.length, this.temperature / head.gap), logs };
  }

  /** The log distance beyond which a cell is unlike all supports; see `limit`. */
  limit(heldOut, fresh) {
    return limit(heldOut, fresh) ?? usualDistance(this.gram, this.codes.length);
  }
}
