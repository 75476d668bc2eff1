// Names that are given where nothing is judged: corrections in a report, a contact sheet's labels.

import { NOT_A_CELL, addClass } from "../data/class_names.js";

/**
 * What was named, and can be taken back; `changed()` is called after each answer.
 *
 * - `classes`: the names of classes, in the order of their keys; without NOT_A_CELL.
 * - `given`: Map content -> label, in the order of answers.
 * - `unsaved`: whether closing the page would lose any of them.
 */
export class Names {
  constructor(classes, changed) {
    const own = classes.filter((name) => name !== NOT_A_CELL);
    Object.assign(this, { classes: own, changed, given: new Map(), history: [], unsaved: false });
  }

  /** Name what has this content; null takes its name away. */
  give(content, label) {
    this.history.push([content, this.given.get(content) ?? null]);
    this.put(content, label);
  }

  /** Take the last answer back; returns its content. */
  undo() {
    const [content, before] = this.history.pop() ?? [];
    if (content !== undefined) this.put(content, before);
    return content;
  }

  /** Add a class; returns a sentence if its name is refused. */
  add(text) {
    const refused = addClass(this.classes, text);
    if (!refused) this.changed();
    return refused;
  }

  put(content, label) {
    this.given.delete(content);
    if (label !== null) this.given.set(content, label);
    this.unsaved = this.given.size > 0;
    this.changed();
  }

  /** Take note that all were saved. */
  saved() {
    this.unsaved = false;
    this.changed();
  }
}
