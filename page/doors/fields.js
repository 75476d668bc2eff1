// The fields of `bloodshot crop` with their boxes: wrong ones are dropped, missed cells added, and
// the boxes are saved as a list.

import { Boxes } from "../desk/boxes.js";
import { el } from "../desk/elements.js";
import { orderButtons } from "../desk/field_order.js";
import { fieldView } from "../desk/field_view.js";
import { saveBar } from "../desk/save_bar.js";
import { boxesCsv } from "../own_cells/boxes_csv.js";
import { cells } from "../own_cells/words.js";

const LIST = "boxes.csv";

const facts = JSON.parse(document.getElementById("cells").textContent);
const list = document.querySelector(".fields");
const boxes = new Boxes(show);
const views = [...list.children].map((figure) => fieldView(figure, boxes, facts));
for (const [field, rows] of Object.entries(facts.not_shown)) boxes.put(field, rows);
for (const view of views) view.draw();

document.getElementById("order").append(...orderButtons(list, views));
const next = [
  `${LIST} is saved: move it into the folder in which you type commands, and type `,
  el("code", {}, facts.command),
];
const left = () => boxesCsv(boxes.all.filter(({ dropped }) => !dropped));
const undo = el("button", { type: "button", class: "choice", onclick: () => boxes.undo() }, "undo");
const bar = saveBar(boxes, LIST, left, next, { label: "Boxes to save", others: [undo] });
document.querySelector("main").append(bar.element);

/** Show what was changed: in a field, and in the bar. */
function show(field) {
  for (const view of views) if (view.field === field) view.draw();
  const all = boxes.all;
  const dropped = all.filter((box) => box.dropped && !box.added).length;
  const added = all.filter((box) => box.added && !box.dropped).length;
  const changes = [dropped && `${dropped} dropped`, added && `${added} added`].filter(Boolean);
  const said = [...changes, `${cells(all.filter((box) => !box.dropped).length)} left`].join(", ");
  undo.disabled = boxes.history.length === 0;
  bar.show(boxes.touched ? `${said}${boxes.unsaved ? "; not saved yet" : ""}.` : "");
}
