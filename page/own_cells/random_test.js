// A test: cells drawn at random, named without their verdicts, to tell how often those are right.

import { NOT_A_CELL, SKIPPED } from "../data/class_names.js";
import { Generator } from "../fewshot/random.js";
import { compareLabels } from "./agreement.js";

const HANDFUL = 50;

/** Cells `rows` of a test, and the `names` given to them so far, a Map row -> name. */
export class RandomTest {
  constructor(rows, names = []) {
    Object.assign(this, { rows, names: new Map(names) });
  }

  /** A new test of some of the rows. */
  static of(rows) {
    return new RandomTest(new Generator().permutation(rows).slice(0, HANDFUL));
  }

  /** Take the last name back. */
  undo() {
    this.names.delete([...this.names.keys()].at(-1));
  }

  /** The names without what was skipped, [[row, name], ...]. */
  get named() {
    return [...this.names].filter(([, label]) => label !== SKIPPED);
  }

  /** How often the verdicts are right, as `compareLabels` has it; null if no cell is named. */
  score({ classes, first }) {
    const truth = this.named.map(([, label]) => label);
    const given = this.named.map(([row]) => classes[first[row]]);
    return truth.length ? compareLabels(truth, given, NOT_A_CELL) : null;
  }
}
