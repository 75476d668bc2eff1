// The report of `bloodshot classify`: cells enlarge, and wrong names are corrected and saved.

import { cellDialog } from "../desk/cell_dialog.js";
import { el } from "../desk/elements.js";
import { map } from "../desk/map.js";
import { Names } from "../desk/names.js";
import { placeIn } from "../desk/pictures.js";
import { saveBar } from "../desk/save_bar.js";
import { tile } from "../desk/sheet.js";
import { enlargeTiles, markTiles } from "../desk/tiles.js";
import { labelsCsv } from "../own_cells/label_file.js";
import { cells as cellsOf } from "../own_cells/words.js";
import { Verdicts } from "./verdicts.js";

const LIST = "labels.csv";

const facts = JSON.parse(document.getElementById("cells").textContent);
const verdicts = new Verdicts(facts);
const names = new Names(facts.classes, show);
const dialog = cellDialog();
const again = [
  `${LIST} is saved: move it into the folder in which you type commands. Nothing is judged anew `,
  "in this page. For that, type ", el("code", {}, facts.again),
];
const bar = saveBar(names, LIST, () => labelsCsv(verdicts.labels(names.given)), again);
document.body.append(dialog.element);
document.querySelector("main").append(bar.element);

/** Show what was corrected: on the tiles, and in the bar. */
function show() {
  markTiles((n) => verdicts.mark(n, names.given));
  const [right, wrong] = verdicts.agreement(names.given);
  const said = [wrong && `${cellsOf(wrong)} corrected`, right && `${cellsOf(right)} confirmed`];
  const text = said.filter(Boolean).join(", ");
  bar.show(text && `${text}${names.unsaved ? "; not saved yet" : ""}.`);
}

const picture = (n) => placeIn(facts.sheets, n);

function enlarge(n, way) {
  const content = facts.content[n];
  const given = names.given.get(content);
  const name = (label) => {
    const same = label === verdicts.label(n); // it has this label already
    names.give(content, same ? null : label);
    enlarge(n, way);
  };
  dialog.open({
    ...way,
    picture: way.image ?? picture(n),
    name: facts.file[n],
    said: [verdicts.words(n), ...(given ? [`You name it ${given}.`] : [])],
    near: facts.near[n].map((other) => ({
      picture: picture(other), name: facts.file[other], caption: verdicts.name(other),
    })),
    classes: names.classes,
    chosen: given ?? verdicts.name(n),
    correct: name,
    add: (text) => names.add(text),
    others: given ? [["take your label back", () => name(null)]] : [],
  });
}
enlargeTiles(enlarge);

for (const more of document.querySelectorAll("button.more")) {
  const sheet = more.closest("section").querySelector(".sheet");
  const [some, asked] = [[...sheet.children], more.textContent];
  const made = (n) => {
    const item = tile({
      picture: picture(n), name: facts.file[n], caption: verdicts.certainty(n), number: n,
      words: verdicts.words(n),
    }, () => {}); // enlargeTiles hears it
    item.append(el("span", { class: "name soft" }, facts.file[n]));
    return item;
  };
  more.addEventListener("click", () => {
    const all = more.getAttribute("aria-expanded") === "false";
    sheet.replaceChildren(...(all ? JSON.parse(sheet.dataset.cells).map(made) : some));
    more.setAttribute("aria-expanded", all);
    more.textContent = all ? `Show ${some.length} again` : asked;
    show();
  });
}

if (facts.map) {
  const seen = (n) => ({
    place: facts.class[n], labelled: verdicts.isLabelled(n), picture: picture(n),
    name: `${facts.file[n]}: ${verdicts.words(n)}`,
  });
  const drawn = map(facts.map, facts.classes, seen, (n) => enlarge(n, {}));
  document.getElementById("mapped").append(el("h2", {}, "Map"), drawn);
}
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details")) part.open = true;
});
