// All that the labels there are now say of the cells; with another label, another judgement.

import { spread } from "./cells.js";
import { expectedAccuracy } from "./expected_accuracy.js";
import { JudgedSupports } from "./judged_supports.js";
import { sharesOfAll } from "./shares.js";
import { verdictsOn } from "./verdicts.js";

export const DOUBTFUL = 0.7; // cells below this certainty are to be looked at
const LOOKS_WRONG = 20; // times as likely as the label is another class: see labelled_cells.py
const ASKED = 2000; // cells without a label that say where the limit of `unlikeness` is

/**
 * What is asked is computed once, and kept.
 *
 * `cells` (`Cells`), `labels` (`Labels`, which do not change meanwhile); `far`, the log distance of
 * each cell from all, or null: then no cell is unlike others; `apart`, the class of what is no
 * cell.
 */
export class Judgement {
  #cells;
  #labels;
  #far;
  #apart;
  #known = {};

  constructor(cells, labels, far, apart) {
    [this.#cells, this.#labels, this.#far, this.#apart] = [cells, labels, far, apart];
  }

  #once(name, compute) {
    return (this.#known[name] ??= compute());
  }

  get #columns() {
    return this.#labels.rows.map((row) => this.#cells.column(row));
  }

  get #supports() {
    return this.#once("supports", () => {
      const { rows, codes, classes, groups } = this.#labels;
      const columns = this.#columns;
      const gram = Float64Array.from(rows.flatMap((row) => columns.map((column) => column[row])));
      return new JudgedSupports(gram, codes, classes, groups, this.#cells.width);
    });
  }

  get #judged() {
    return this.#once("judged", () => this.#supports.judge(this.#columns, this.#cells.squares));
  }

  /** See `JudgedCells`, as for the others. */
  verdicts() {
    return this.#once("verdicts", () => {
      const { tooFew, classes } = this.#labels;
      if (tooFew) throw new Error(tooFew);
      const { shares } = this.#judged;
      return { classes, ...verdictsOn(shares, this.#unlikeness(), this.#labels), shares };
    });
  }

  #unlikeness() {
    if (this.#far === null) return new Float32Array(this.#cells.count).fill(NaN);
    const relative = this.#judged.logs.map((log, row) => log - this.#far[row]);
    const { heldOutLogs } = this.#supports;
    const own = this.#labels.rows.map((row, i) => heldOutLogs[i] - this.#far[row]);
    const fresh = spread(this.#labels.unlabelled, ASKED).map((row) => relative[row]);
    const most = this.#supports.limit(own.filter(Number.isFinite), fresh);
    return Float32Array.from(relative, (log) => Math.exp(log - most));
  }

  expected() {
    return this.#once("expected", () => {
      const { tooFew, unlabelled, rows, classes } = this.#labels;
      if (tooFew) return { whyNot: tooFew };
      const width = classes.length;
      const certainties = new Float32Array(unlabelled.length * width);
      unlabelled.forEach((row, i) => {
        certainties.set(this.#judged.shares.subarray(row * width, (row + 1) * width), i * width);
      });
      const some = unlabelled.length ? certainties : null;
      const found = expectedAccuracy(this.#supports, some, this.#apart);
      if (found.whyNot) return found;
      return { ...found, verdicts: found.verdicts.map((own, i) => ({ row: rows[i], ...own })) };
    });
  }

  shares() {
    return this.#once("shares", () => {
      return this.expected().whyNot ? null : sharesOfAll(this.verdicts(), this.expected());
    });
  }

  doubtfulLabels() {
    return (this.expected().verdicts ?? [])
      .filter(({ own, certainty }) => own !== null && certainty >= LOOKS_WRONG * own)
      .sort((a, b) => b.certainty - a.certainty)
      .map(({ row, label, predicted, certainty }) => ({ row, label, predicted, certainty }));
  }

  doubtful() {
    const { certainty, unlike } = this.verdicts();
    return [...certainty.keys()]
      .filter((row) => certainty[row] < DOUBTFUL && !unlike[row])
      .sort((a, b) => certainty[a] - certainty[b]);
  }
}
