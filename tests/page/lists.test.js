// Names and lists of labels, as Python has them: list_cases.py made the cases.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import {
  checkDistinct, className, plainName, presentName, subjectNames,
} from "../../page/data/class_names.js";
import { parseCsv, toCsv } from "../../page/data/csv.js";
import { parseLabels } from "../../page/data/label_lists.js";
import { labelsCsv, matchLabels } from "../../page/own_cells/label_file.js";

const CASES = JSON.parse(readFileSync(new URL("cases.json", import.meta.url)));
const [KEY, OTHER] = ["0123456789abcdef".repeat(2), "f".repeat(32)];

/** What a function returns or refuses, as the cases have it. */
function told(work) {
  try {
    return work();
  } catch (error) {
    return { error: error.message };
  }
}

test("class names are accepted, renamed and refused in Python's words", () => {
  for (const { text, value, error, notes } of CASES.class_names.names) {
    const wanted = error === undefined ? { name: value, note: notes.join() } : { error };
    assert.deepEqual(told(() => className(text)), wanted, JSON.stringify(text));
  }
});

test("names are plain, distinct and of subjects as in Python", () => {
  for (const { text, plain } of CASES.class_names.plain) assert.equal(plainName(text), plain);
  for (const { names, error } of CASES.class_names.distinct) {
    assert.deepEqual(told(() => checkDistinct(names)), error && { error }, names.join());
  }
  for (const { label, present } of CASES.class_names.present) {
    assert.equal(presentName(label), present);
  }
  for (const { subjects, value, notes } of CASES.class_names.subjects) {
    assert.deepEqual(subjectNames(subjects), { names: value, notes });
  }
});

const UNCLOSED = "labels.csv: a quotation mark in line 2 is not closed. Save it as CSV again.";
const OWN_WORDS = { unclosed: UNCLOSED, "unclosed after a pair": UNCLOSED };
const OWN_NOTES = {
  "no file": ["labels.csv has 1 labels without a file, which were left out."],
  "tab with spaces": ["labels.csv has 1 labels without a file, which were left out."],
};

for (const { name, bytes, value, error, notes } of CASES.label_lists) {
  test(`a list of labels: ${name}`, () => {
    const content = new Uint8Array(Buffer.from(bytes, "base64"));
    const found = told(() => parseLabels(content, "labels.csv"));
    const wanted = error === undefined
      ? { rows: value, notes: [...notes, ...(OWN_NOTES[name] ?? [])] }
      : { error: OWN_WORDS[name] ?? error };
    assert.deepEqual(found, wanted);
  });
}

test("CSV is read as it was written, whatever is in it", () => {
  const rows = [["a", "b"], ['"', ",\n"], ["\r\n", ""], ["", '""'], [" x", "y "], ["a\rb", ""]];
  assert.deepEqual(parseCsv(toCsv(rows).slice(1), ","), rows.map((row) => row.map((text) =>
    text.replace(/^ +/, ""))));
  assert.equal(toCsv([[""], ["a;b"]]), '\ufeff""\r\na;b\r\n');
});

test("labels.csv is written as the command and the desk do", () => {
  const rows = [
    { file: "a,b.png", label: "x", content: KEY }, { file: "c", label: "", content: OTHER },
  ];
  assert.equal(labelsCsv([...rows, { ...rows[0] }]),
    `\ufefffile,label,content\r\n"a,b.png",x,${KEY}\r\nc,,${OTHER}\r\n`);
  const named = [{ ...rows[0], subject: "P1" }, rows[1]];
  assert.match(labelsCsv([{ ...rows[0], file: "\ud800.png" }]), /\n\\ud800\.png,x/);
  assert.match(labelsCsv(named), /content,subject\r\n.*,P1\r\nc,,f+,\r\n$/);
});

const row = (file, label, content = "", subject = "") => ({ file, label, content, subject });
const CELLS = [["x/a.png", "0"], ["y/a.png", "1"], ["y/b.png", "2"], ["z/copy.png", "2"]]
  .map(([file, digit]) => ({ file, path: `cells/${file}`, content: digit.repeat(32) }));

test("a list's rows find their cells by content, then by name", () => {
  const rows = [
    row("moved.png", "p", "2".repeat(32)), row("a.png", "q", "1".repeat(32)),
    row("./X\\a.png".replace("X", "x"), "Not a cell"), row("gone.png", "r"),
    row("a.png", "s"), row("y/b.png", "t", OTHER), row("moved.png", "p", "2".repeat(32)),
  ];
  const { found, others, notes } = matchLabels(rows, CELLS, "labels.csv");
  assert.deepEqual(found, [
    { cell: 2, label: "p", subject: "" }, { cell: 1, label: "q", subject: "" },
    { cell: 0, label: "not_a_cell", subject: "" },
  ]);
  assert.deepEqual(others, [rows[3], rows[4], rows[5]]);
  assert.match(notes[0], /lists 'a\.png', which may be x\/a\.png or y\/a\.png: add its folder/);
  assert.match(notes[1], /labels 3 cells \(of 7\).*first 'gone\.png'\./);
  assert.match(notes[2], /partly an old list, which knows 1 cells by their names/);
  const bare = { file: "x/a.png", label: "x", content: "" }; // as in a session
  assert.deepEqual(matchLabels([bare], CELLS, "l").found, [{ cell: 0, label: "x", subject: "" }]);
  const copy = matchLabels([row("z/copy.png", "x", "2".repeat(32))], CELLS, "l");
  assert.deepEqual([copy.found[0].cell, copy.notes], [3, []]);
  const old = matchLabels([row("cells/y/b.png", "x")], CELLS, "l");
  assert.match(old.notes[0], /^l is an old list, which knows cells by their names/);
  const large = [row("m.png", "x", "A".repeat(32))];
  const small = [{ file: "n.png", content: "a".repeat(32) }];
  assert.equal(matchLabels(large, small, "l").found.length, 1);
  const names = [["x/a.png", "1"], ["a.png", "2"], ["o\u0308.png", "3"]].map(([file, digit]) =>
    ({ file, content: digit.repeat(32) }));
  assert.equal(matchLabels([row("a.png", "x")], names, "l").found[0].cell, 1);
  assert.equal(matchLabels([row("\u00f6.png", "x")], names, "l").found[0].cell, 2);
  assert.match(matchLabels([row("y/b.png", "t", OTHER)], CELLS, "l").notes[0], /another content/);
});

test("contradictory labels are refused, and a skipped line counts for less", () => {
  const twice = [row("x/a.png", "p"), row("x/a.png", "q", "", "P1")];
  assert.throws(() => matchLabels(twice, CELLS, "l.csv"),
    { message: "l.csv lists x/a.png as p and as q P1: keep one of the lines." });
  const alone = [row("x/a.png", "p"), row("x/a.png", "q")];
  assert.throws(() => matchLabels(alone, CELLS, "l"), /as p and as q: keep one/);
  const copies = [row("y/b.png", "p", "2".repeat(32)), row("z/copy.png", "q", "2".repeat(32))];
  assert.throws(() => matchLabels(copies, CELLS, "l.csv"),
    /in several, by their content: y\/b\.png = z\/copy\.png \(p, q\)\. Keep each in one\.$/);
  const { found } = matchLabels([row("x/a.png", ""), row("x/a.png", "p")], CELLS, "l.csv");
  assert.deepEqual(found, [{ cell: 0, label: "p", subject: "" }]);
  assert.equal(matchLabels([row("x/a.png", "")], CELLS, "l").found[0].label, "");
});
