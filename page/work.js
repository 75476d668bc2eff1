// The work of one person on one folder of cells: what is known, and what was answered.

import { NOT_A_CELL, SKIPPED, addClass } from "./data/class_names.js";
import { RandomTest } from "./own_cells/random_test.js";

const ROUND = 24; // cells asked for at a time

/**
 * Cells, answers and verdicts. `judge` is the judging worker; `changed()` is called after each
 * change of what is to be seen.
 *
 * - `cells`: the cells (`Cell`), by row.
 * - `copyOf`: for each cell the first row of the same content, which has the label of all copies.
 * - `classes`: the names of classes, in the order of their keys.
 * - `answers`: Map row -> class, NOT_A_CELL or SKIPPED, in the order of answers.
 * - `queue`: the rows to be named, in order; `test`: a RandomTest while one is done, or null.
 * - `elsewhere`: answers about other cells, [{file, label, content}], in lists that were opened;
 *   `kept`: those that this browser keeps.
 * - `ready`: whether cells can be suggested and judged.
 * - `verdicts`, `trust`: as the judge returns them; null before there are labels enough, and
 *   `whyNot` says so.
 */
export class Work {
  constructor(judge, changed) {
    Object.assign(this, { judge, changed, cells: [], classes: [], leftOut: [], ready: false });
    Object.assign(this, { answers: new Map(), queue: [], history: [], elsewhere: [], kept: [] });
    Object.assign(this, { test: null, verdicts: null, trust: null, whyNot: "" });
  }

  /** Take embedded cells, and their embeddings (N, dim). */
  async take(cells, embeddings, dim) {
    const first = new Map();
    for (const { row, content } of cells) if (!first.has(content)) first.set(content, row);
    const copyOf = Int32Array.from(cells, ({ content }) => first.get(content));
    const groups = cells.some(({ subject }) => subject) ? cells.map((cell) => cell.subject) : null;
    const seen = cells.map(({ width, light }) => ({ width, light }));
    Object.assign(this, { cells, copyOf });
    await this.judge.take(embeddings, dim, { copyOf, groups, seen, apart: NOT_A_CELL });
    this.ready = true;
  }

  /** The labels, Map row -> class. */
  get labels() {
    return new Map([...this.answers].filter(([, label]) => label !== SKIPPED));
  }

  /** The rows asked for, and the answers to them. */
  get asked() {
    return this.test ? [this.test.rows, this.test.names] : [this.queue, this.answers];
  }

  /** The cell to be named now; null if none is left to ask for. */
  get current() {
    const [rows, answers] = this.asked;
    return rows.find((row) => !answers.has(row)) ?? null;
  }

  /** How many of the cells asked for are answered, and how many were asked for. */
  get progress() {
    const [rows, answers] = this.asked;
    return [rows.filter((row) => answers.has(row)).length, rows.length];
  }

  /** Ask for the cells most worth naming. */
  async askMore() {
    const skipped = this.answers.size - this.labels.size;
    const left = new Set(this.copyOf).size - this.labels.size;
    const n = Math.min(ROUND + skipped, left);
    const rows = n ? await this.judge.suggest(n) : [];
    this.ask(rows.filter((row) => !this.answers.has(row)));
  }

  /** Ask for certain cells, such as the doubtful ones. */
  ask(rows) {
    this.queue = rows.slice(0, ROUND);
    this.changed();
  }

  /** Take many answers at once, [[row, label], ...]. */
  async adopt(pairs) {
    for (const [row, label] of pairs) this.note(this.copyOf[row], label);
    this.history = [];
    await this.update();
  }

  /** Answer for the cell that is asked for. */
  async answer(label) {
    if (!this.test) return this.name(this.current, label);
    this.test.names.set(this.current, label);
    return this.changed();
  }

  /** Name a cell, or name it anew; null takes its label away. */
  async name(row, label) {
    const first = this.copyOf[row];
    this.history.push([first, this.answers.get(first) ?? null]);
    this.note(first, label);
    await this.update();
  }

  /** Take the last answer back. */
  async undo() {
    if (this.test) {
      this.test.undo();
      return this.changed();
    }
    if (!this.history.length) return undefined;
    const [row, before] = this.history.pop();
    this.note(row, before);
    if (before === null && !this.queue.includes(row)) this.queue.unshift(row);
    return this.update();
  }

  /** Add a class; returns a sentence if its name is refused. */
  addClass(text) {
    const refused = addClass(this.classes, text);
    if (!refused) this.changed();
    return refused;
  }

  /** Begin a test with cells that have no label. */
  beginTest() {
    const labels = this.labels;
    this.resumeTest(RandomTest.of([...new Set(this.copyOf)].filter((row) => !labels.has(row))));
  }

  resumeTest(test) {
    this.test = test;
    this.changed();
  }

  /** End a test; with `use`, its names become labels. */
  async endTest(use) {
    const { named } = this.test;
    this.test = null;
    await this.adopt(use ? named : []);
  }

  note(row, label) {
    this.answers.delete(row);
    if (label === null) return;
    this.answers.set(row, label);
    const known = [NOT_A_CELL, SKIPPED, ...this.classes].includes(label);
    if (!known) this.classes.push(label);
  }

  /** Judge all cells by the labels there are now; what to expect of it follows a moment later. */
  async update() {
    this.stale = true;
    this.changed();
    this.running ??= this.judgeAll().finally(() => (this.running = null));
    await this.running;
  }

  async judgeAll() {
    while (this.stale) {
      this.stale = false;
      try {
        this.verdicts = await this.judge.judge([...this.labels]);
        this.changed();
        if (!this.stale) this.trust = await this.judge.trust();
      } catch (error) {
        Object.assign(this, { verdicts: null, trust: null, whyNot: error.message });
      }
      if (!this.stale) this.changed();
    }
  }
}
