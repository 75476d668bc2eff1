// The boxes of all fields: those that were found can be dropped, others added; each can be undone.

/**
 * Boxes {field, x, y, width, height, score, added, dropped} in their field's own pixels; `score`
 * is null if no program found them. `changed(field)` is called after each change, and without a
 * field when all were saved.
 *
 * - `touched`: whether there is anything to save.
 * - `unsaved`: whether closing the page would lose a change.
 */
export class Boxes {
  constructor(changed) {
    Object.assign(this, { changed, fields: new Map(), history: [], kept: false, unsaved: false });
  }

  /** Take in rows [x, y, width, height, score]; one that two views of a field show is one box. */
  put(field, rows) {
    if (!this.fields.has(field)) this.fields.set(field, new Map());
    const boxes = this.fields.get(field);
    for (const [x, y, width, height, score] of rows) {
      const box = { field, x, y, width, height, score };
      boxes.set(placeOf(box), { ...box, added: false, dropped: false });
    }
  }

  /** The boxes of a field, also those that were dropped. */
  of(field) {
    return [...this.fields.get(field).values()];
  }

  /** The boxes of all fields. */
  get all() {
    return [...this.fields.keys()].flatMap((field) => this.of(field));
  }

  /** Drop a box, or take it back. */
  toggle(box) {
    const turn = () => (box.dropped = !box.dropped);
    turn();
    this.note(box.field, turn);
  }

  /** Add a square around a point [x, y], as far as it lies in a field of this [width, height]. */
  add(field, point, side, size) {
    const [[x, right], [y, bottom]] = point.map((middle, axis) =>
      [middle - side / 2, middle + side / 2].map((end) =>
        Math.min(Math.max(Math.round(end), 0), size[axis])));
    const box = { field, x, y, width: right - x, height: bottom - y, score: null };
    const [boxes, place] = [this.fields.get(field), placeOf(box)];
    boxes.set(place, { ...box, added: true, dropped: false });
    this.note(field, () => boxes.delete(place));
  }

  /** Take the last change back. */
  undo() {
    const { field, back } = this.history.pop() ?? {};
    if (!back) return;
    back();
    this.unsaved = this.touched;
    this.changed(field);
  }

  note(field, back) {
    this.history.push({ field, back });
    this.unsaved = true;
    this.changed(field);
  }

  get touched() {
    return this.history.length > 0 || this.kept; // a saved list may hold what was undone since
  }

  /** Take note that all were saved. */
  saved() {
    this.kept = true;
    this.unsaved = false;
    this.changed();
  }
}

const placeOf = ({ x, y, width, height }) => [x, y, width, height].join(" ");
