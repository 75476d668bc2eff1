// Fields with the boxes that were found in them, before the cells are cut out.

import { DOUBTFUL } from "../fewshot/judgement.js";
import { boxesCsv } from "../own_cells/boxes_csv.js";
import { cells, many } from "../own_cells/words.js";
import { Boxes } from "./boxes.js";
import { el } from "./elements.js";
import { orderButtons } from "./field_order.js";
import { fieldView } from "./field_view.js";
import { save } from "./saving.js";

const LIST = "boxes.csv";
const KEY = [["sure", "sure"], ["doubtful", "doubtful"], ["drawn", "added by you"],
  ["sure dropped", "dropped; click again to take it back"]];

/**
 * Show fields, as `findCells` has them, until boxes without a cell are dropped and missed cells
 * added, `median` pixels wide; `notes` say what to look at first. Resolves to the boxes left, or to
 * null if none is wanted.
 */
export function correctedBoxes(place, fields, { median, notes }) {
  return new Promise((resolve) => {
    const boxes = new Boxes(show);
    const views = fields.map((field) =>
      fieldView(figure(field), boxes, { limit: DOUBTFUL, median }));
    const left = () => boxes.all.filter(({ dropped }) => !dropped);
    const end = (chosen) => {
      place.replaceChildren();
      resolve(chosen);
    };
    const button = (text, onclick, kind = "choice") =>
      el("button", { type: "button", class: kind, onclick }, text);
    const go = button("", () => end(left()), "main");
    const undo = button("Undo", () => boxes.undo());
    const keep = button(`Save ${LIST}`, () => save(LIST, boxesCsv(left()), "text/csv"));
    const list = el("div", { class: "fields" });
    place.replaceChildren(
      el("h2", {}, `${cells(boxes.all.length)} in ${many(fields.length, "field")}`),
      ...notes.map((note) =>
        el("div", { class: "box warn" }, el("strong", {}, "Look at this first."), ` ${note}`)),
      el("p", {}, "Click a box without a white cell, to drop it, and the middle of a white cell ",
        "without a box, to add one."),
      el("ul", { class: "key boxes" }, KEY.map(([kind, text]) =>
        el("li", {}, el("span", { class: kind }), ` ${text}`))),
      el("div", { class: "choices" }, go, undo, keep,
        button("Leave these fields", () => end(null))),
      el("div", { class: "choices", role: "group", "aria-label": "Order of the fields" },
        orderButtons(list, views)),
      list);
    show();

    /** Show what was changed: in a field, or in all. */
    function show(changed) {
      for (const view of views) if (!changed || view.field === changed) view.draw();
      const n = left().length;
      go.textContent = `Go on with ${n === 1 ? "this cell" : `these ${cells(n)}`}`;
      [go.disabled, undo.disabled] = [n === 0, boxes.history.length === 0];
    }
  });
}

/** A field's figure, as `fieldView` takes it. */
function figure({ file, width, height, picture, shown, boxes }) {
  const scale = Math.min(1, shown.width / width);
  const rows = boxes.map((box) => [box.x, box.y, box.width, box.height, box.score]);
  const view = { field: file, x: 0, y: 0, scale, width, height, boxes: rows };
  return el("figure", { "data-view": JSON.stringify(view) },
    el("div", { class: "picture boxes" },
      el("img", { src: picture, ...shown, alt: "", decoding: "async" })),
    el("figcaption", {}));
}
