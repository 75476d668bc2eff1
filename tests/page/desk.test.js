// Keys, names and labels of the desk, without a browser.

import assert from "node:assert/strict";
import test from "node:test";

import { NOT_A_CELL, SKIPPED, addClass } from "../../page/data/class_names.js";
import { UNDO, keyOf, meaning } from "../../page/desk/class_keys.js";
import { Names } from "../../page/desk/names.js";
import { placeIn } from "../../page/desk/pictures.js";
import { Verdicts } from "../../page/doors/verdicts.js";

const CLASSES = Array.from({ length: 40 }, (_, n) => `class ${n}`);
const press = (key, more = {}) => ({ key, target: {}, ...more });

test("each class has a key of its own, as long as there are keys", () => {
  const keys = CLASSES.map((_, place) => keyOf(place)).filter(Boolean);
  assert.equal(new Set(keys).size, 33);
  assert.ok(!["s", "u", "0"].some((key) => keys.includes(key)));
  keys.forEach((key, place) => assert.equal(meaning(press(key), CLASSES), CLASSES[place]));
});

test("keys mean classes, no cell, skip and undo, in capitals too", () => {
  for (const [key, meant] of [
    ["1", "class 0"], ["A", "class 9"], ["0", NOT_A_CELL], ["s", SKIPPED], ["S", SKIPPED],
    ["u", UNDO], ["U", UNDO], ["Backspace", UNDO], ["Enter", undefined], ["F1", undefined],
    [" ", undefined], ["toString", undefined],
  ]) {
    assert.equal(meaning(press(key), CLASSES), meant, key);
  }
  assert.equal(meaning(press("2"), ["one"]), undefined);
});

test("what is typed into a field, or is a command of the browser's, means nothing", () => {
  const field = { matches: (selector) => selector.includes("input") };
  assert.equal(meaning(press("1", { target: field }), CLASSES), undefined);
  for (const held of ["ctrlKey", "metaKey", "altKey"]) {
    assert.equal(meaning(press("1", { [held]: true }), CLASSES), undefined);
  }
});

test("a class is added once, under a name that a folder can have", () => {
  const classes = ["ape"];
  assert.equal(addClass(classes, " Größe "), undefined);
  assert.deepEqual(classes, ["ape", "Größe"]);
  for (const text of ["a/b", ".a", " ", "APE", "not a cell"]) {
    assert.match(addClass(classes, text), /folder|must differ by more than/, text);
  }
  assert.equal(classes.length, 2);
});

test("names are given, corrected, taken back, and known to be saved or not", () => {
  let changes = 0;
  const names = new Names(["ape", NOT_A_CELL], () => (changes += 1));
  assert.deepEqual(names.classes, ["ape"], "no cell is no kind of cell");
  names.give("x", "ape");
  names.give("y", SKIPPED);
  names.give("x", NOT_A_CELL);
  assert.deepEqual([...names.given], [["y", SKIPPED], ["x", NOT_A_CELL]]);
  names.saved();
  assert.equal(names.unsaved, false);
  assert.equal(names.undo(), "x");
  assert.equal(names.given.get("x"), "ape");
  assert.equal(names.unsaved, true);
  assert.deepEqual([names.undo(), names.undo(), names.undo()], ["y", "x", undefined]);
  assert.equal(names.unsaved, false, "nothing is left to be lost");
  assert.equal(changes, 7);
});

test("a cell's place in the sheets of small pictures", () => {
  const sheets = { columns: 25, rows: 20 };
  assert.deepEqual(placeIn(sheets, 0), { sheet: 0, x: 0, y: 0 });
  assert.deepEqual(placeIn(sheets, 499), { sheet: 0, x: 100, y: 100 });
  assert.deepEqual(placeIn(sheets, 506), { sheet: 1, x: 25, y: 0 });
});

test("a report's labels are those of before, corrected, and those given, each content once", () => {
  const verdicts = new Verdicts({
    classes: ["ape", "bee"],
    labelled: 2,
    file: ["ape/a.png", "bee/b.png", "a.png", "c.png", "copy of c.png", "d.png"],
    content: ["A", "B", "A", "C", "C", "D"],
    class: [0, 1, 0, 1, 1, 0],
    certainty: [-1, -1, 1, 0.5, 0.5, 0.9],
    other: [-1, -1, -1, 0, 0, 1],
    marks: ["labelled", "labelled", "labelled by you", "", "", "unlike all labelled"],
    subject: ["P1", ""],
  });
  const given = new Map([["C", "ape"], ["A", "bee"], ["D", "ape"]]);
  const entry = (file, label, content, subject) => ({ file, label, content, subject });
  assert.deepEqual(verdicts.labels(given), [
    entry("ape/a.png", "bee", "A", "P1"), entry("bee/b.png", "bee", "B", ""),
    entry("c.png", "ape", "C", undefined), entry("d.png", "ape", "D", undefined),
  ]);
  assert.deepEqual(verdicts.agreement(given), [1, 2]);
  assert.deepEqual([2, 3, 4, 5].map((n) => verdicts.mark(n, given)),
    ["→ bee", "→ ape", "→ ape", "✓ confirmed"]);
  assert.deepEqual([2, 3].map((n) => verdicts.label(n)), ["ape", undefined]);
  assert.equal(verdicts.words(3), "bee, certainty 0.50, else ape");
  assert.equal(verdicts.words(5), "ape, certainty 0.90, else bee (unlike all labelled)");
});
