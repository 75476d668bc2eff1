// Which cells are labelled. Copies of one file share a label, and count as one cell.

import { quoted, sortedNames } from "../data/plain_text.js";

/**
 * The labels of cells, and the numbers by which they are known.
 *
 * `copyOf`: for each of `count` cells the first row of the same file, or null; `groups`: the
 * subject of each cell, or null.
 */
export class Labels {
  #copyOf;
  #copies = new Map(); // the first row of a file -> all of its rows
  #groups = new Map(); // the first row of a file -> its subject, the first one named

  constructor(count, copyOf, groups) {
    this.#copyOf = copyOf ?? Int32Array.from({ length: count }, (_, row) => row);
    this.#copyOf.forEach((first, row) => {
      if (!this.#copies.has(first)) this.#copies.set(first, []);
      this.#copies.get(first).push(row);
      const group = this.#groups.get(first) || groups?.[row];
      this.#groups.set(first, group || "");
    });
    this.replace(new Map());
  }

  /** Set all labels: rows -> names, null or "" being none. */
  replace(labels) {
    const names = new Map();
    for (const [row, name] of labels) if (name) names.set(this.#copyOf[row], name);
    this.#number(names);
  }

  /** Set, change or remove one label. */
  set(row, name) {
    const names = new Map(this.names);
    names.delete(this.#copyOf[row]);
    if (name) names.set(this.#copyOf[row], name);
    this.#number(names);
  }

  #number(names) {
    this.names = new Map([...names].sort(([a], [b]) => a - b)); // row -> name, in order of rows
    this.rows = [...this.names.keys()];
    this.classes = sortedNames(this.names.values());
    this.codes = [...this.names.values()].map((name) => this.classes.indexOf(name));
    this.unlabelled = [...this.#copyOf.keys()].filter((row) => !this.names.has(this.#copyOf[row]));
  }

  /** The subject of each labelled cell, or null if nobody is named. */
  get groups() {
    const groups = this.rows.map((row) => this.#groups.get(row));
    return groups.some(Boolean) ? groups : null;
  }

  /** All rows that show the same as a labelled one. */
  copies(row) {
    return this.#copies.get(row);
  }

  /** Why nothing can be classified, or "". */
  get tooFew() {
    const n = this.classes.length;
    if (n > 1) return "";
    const names = this.classes.map((name) => quoted(name)).join(", ");
    const had = `[${names}], ${n} class${n === 1 ? "" : "es"}`;
    return `The labels must have at least two classes, but had ${had}.`;
  }
}
