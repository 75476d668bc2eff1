// What a report's script knows of each numbered cell: a list for each fact, labelled cells first.

import { fixed } from "../own_cells/words.js";

/**
 * Reads the facts that `CellsOnPage.facts` wrote. `given`, Map content -> label, are names that a
 * person gives in the report.
 */
export class Verdicts {
  constructor(facts) {
    this.facts = facts;
    this.first = new Map(); // content -> its first cell, which is the labelled one if there is one
    facts.content.forEach((content, n) => {
      if (!this.first.has(content)) this.first.set(content, n);
    });
  }

  isLabelled(n) {
    return n < this.facts.labelled;
  }

  /** The class that the cell has in the report. */
  name(n) {
    return this.facts.classes[this.facts.class[n]];
  }

  /** The label that the cell had before, if any: its own, or that of the labelled cell it is. */
  label(n) {
    const first = this.first.get(this.facts.content[n]);
    return this.isLabelled(first) ? this.name(first) : undefined;
  }

  certainty(n) {
    return fixed(this.facts.certainty[n], 2);
  }

  words(n) {
    const { classes, other, marks } = this.facts;
    const mark = marks[n] && ` (${marks[n]})`;
    if (marks[n].startsWith("labelled")) return this.name(n) + mark;
    const otherwise = other[n] < 0 ? "" : `, else ${classes[other[n]]}`;
    return `${this.name(n)}, certainty ${this.certainty(n)}${otherwise}${mark}`;
  }

  /** What a tile says of the name given to it. */
  mark(n, given) {
    const label = given.get(this.facts.content[n]);
    if (label === undefined) return "";
    return label === this.name(n) ? "✓ confirmed" : `→ ${label}`;
  }

  /** How many names given are those of the report, and how many are others. */
  agreement(given) {
    const own = (content) => this.name(this.first.get(content));
    const right = [...given].filter(([content, label]) => label === own(content)).length;
    return [right, given.size - right];
  }

  /** All labels, those of before and those given, as `labelsCsv` takes them. */
  labels(given) {
    const { file, content, subject } = this.facts;
    const entry = (n) => ({
      file: file[n], label: given.get(content[n]) ?? this.name(n), content: content[n],
      subject: subject?.[n],
    });
    const known = file.slice(0, this.facts.labelled).map((_, n) => n);
    const fresh = [...given.keys()].map((each) => this.first.get(each));
    return [...known, ...fresh.filter((n) => !this.isLabelled(n))].map(entry);
  }
}
