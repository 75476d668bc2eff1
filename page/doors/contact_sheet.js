// The contact sheet of `bloodshot suggest`: each cell is named, and the names are saved as a list.

import { SKIPPED } from "../data/class_names.js";
import { cellDialog } from "../desk/cell_dialog.js";
import { el } from "../desk/elements.js";
import { labelDesk } from "../desk/label_desk.js";
import { Names } from "../desk/names.js";
import { saveBar } from "../desk/save_bar.js";
import { enlargeTiles, markTiles } from "../desk/tiles.js";
import { labelsCsv } from "../own_cells/label_file.js";

const { cells, classes, known, list, command } = JSON.parse(
  document.getElementById("cells").textContent,
);
const images = [...document.querySelectorAll(".sheet img")].map(({ src }) => src);

const names = new Names(classes, show);
const dialog = cellDialog();
const desk = labelDesk({
  answer: (label) => names.give(cells[current()].content, label),
  undo: () => names.undo(),
  add: (text) => names.add(text),
});
const given = (n) => names.given.get(cells[n].content);
const current = () => cells.findIndex((_, n) => given(n) === undefined);

/** The earlier labels, then those given here. */
function labels() {
  const byContent = new Map(cells.map((cell) => [cell.content, cell]));
  const own = [...names.given].map(([content, label]) => ({ ...byContent.get(content), label }));
  return [...known, ...own];
}

const bar = saveBar(names, list, () => labelsCsv(labels()), [
  `${list} is saved: move it into the folder in which you type commands, and type `,
  el("code", {}, command),
]);
document.getElementById("desk").append(desk.element);
document.querySelector("main").append(bar.element);
document.body.append(dialog.element);

function show() {
  const [n, done] = [current(), cells.filter((_, each) => given(each) !== undefined).length];
  desk.show({
    picture: n < 0 ? null : images[n],
    name: cells[n]?.file,
    classes: names.classes,
    done: n,
    asked: cells.length,
    note: n < 0 ? `All are answered: save ${list}.` : names.classes.length ? "" :
      "Which classes are there? Add one.",
  });
  markTiles((number) => (given(number) === SKIPPED ? "skipped" : (given(number) ?? "")));
  const unsaved = names.unsaved ? "; not saved yet" : "";
  bar.show(done ? `${done} of ${cells.length} answered${unsaved}.` : "");
}
show();

enlargeTiles(function enlarge(n, way) {
  const name = (label) => {
    names.give(cells[n].content, label);
    enlarge(n, way);
  };
  dialog.open({
    ...way,
    picture: way.image,
    name: cells[n].file,
    said: [`cell ${n + 1} of ${cells.length}`],
    near: [],
    classes: names.classes,
    chosen: given(n),
    correct: name,
    add: (text) => names.add(text),
    others: given(n) === undefined ? [] : [["take its label away", () => name(null)]],
  });
});
