// Cells, some with a label, and all that the labels say of them: what the page asks.

import { Cells } from "./cells.js";
import { logDistancesFromAll } from "./cloud.js";
import { Judgement } from "./judgement.js";
import { Labels } from "./labels.js";
import { mapOfCells, principalAxes } from "./map.js";
import { suggestCells } from "./selection.js";

const NEAREST = 3;

/**
 * All cells of a page, by row; labels come one by one, and what is asked is computed and kept.
 *
 * - `Z`: embeddings, Float32Array (N, width).
 * - `copyOf`: for each cell the first row of the same file; a label is for all copies.
 * - `groups`: the subject of each cell, or null.
 * - `gemm(A, B, width)`: a fast product A B' of Float32Arrays (n, width) and (m, width), (n, m), or
 *   a promise of it.
 * - `apart`: the class of what is no cell.
 */
export class JudgedCells {
  #cells;
  #labels;
  #apart;
  #far = null; // the log distance of each cell from all, once `prepare` has been called
  #axes;
  #judgement; // by the present labels

  constructor(Z, width, { copyOf = null, groups = null, gemm = null, apart = "not_a_cell" } = {}) {
    this.#cells = new Cells(Z, width, gemm);
    this.#labels = new Labels(this.#cells.count, copyOf, groups);
    this.#apart = apart;
    this.#judgeAnew();
  }

  #judgeAnew() {
    this.#judgement = new Judgement(this.#cells, this.#labels, this.#far, this.#apart);
  }

  /** Compute what `unlike` needs and labels do not change. Until then no cell is unlike others. */
  async prepare() {
    this.#far = await logDistancesFromAll(this.#cells);
    this.#judgeAnew();
  }

  /** The label of each labelled row, in the order of rows; of copies, only the first has one. */
  get labels() {
    return new Map(this.#labels.names);
  }

  /** Replace all labels: rows -> names; a name of null or "" is none. */
  setLabels(labels) {
    this.#labels.replace(labels);
    this.#judgeAnew();
  }

  /** Set, change or (null) remove one label. */
  label(row, name) {
    this.#labels.set(row, name);
    this.#judgeAnew();
  }

  /** The classes that have a label, sorted. */
  get classes() {
    return this.#labels.classes;
  }

  /**
   * `classes`, a verdict on each cell (see `verdictsOn`), and the `shares` (N, C) behind it.
   *
   * Throws an Error with one sentence if there are fewer than two classes.
   */
  verdicts() {
    return this.#judgement.verdicts();
  }

  /** What accuracy to expect: see `expectedAccuracy`. Its `verdicts` also have the `row`. */
  expected() {
    return this.#judgement.expected();
  }

  /** Each class's share of all cells, with an interval; null without an expected accuracy. */
  shares() {
    return this.#judgement.shares();
  }

  /** Labelled cells whose label looks wrong, {row, label, predicted, certainty}, surest first. */
  doubtfulLabels() {
    return this.#judgement.doubtfulLabels();
  }

  /** The rows to look at, the least certain first, without those unlike all labelled. */
  doubtful() {
    return this.#judgement.doubtful();
  }

  /** The labelled rows with the largest cosine, up to three, nearest first. */
  nearest(row) {
    const cosine = new Map(this.#labels.rows.map((own) => [own, this.#cells.column(own)[row]]));
    return [...cosine.keys()].sort((a, b) => cosine.get(b) - cosine.get(a)).slice(0, NEAREST);
  }

  /** A promise of the `n` unlabelled rows whose labels are worth most, the best first. */
  suggest(n) {
    return suggestCells(this.#cells, this.#labels.unlabelled, n, this.#labels.rows);
  }

  /** Labelled cells and some others in two dimensions: see `mapOfCells`; null if all are alike. */
  map() {
    if (this.#axes === undefined) this.#axes = principalAxes(this.#cells);
    return this.#axes && mapOfCells(this.#axes, this.#labels.rows);
  }
}
