// What is said of the boxes of fields, and how the crops of fields are called.

import assert from "node:assert/strict";
import test from "node:test";

import { notesOn, refuseSingleCells } from "../../page/own_cells/field_notes.js";
import { cutCells, findCells, placesOf } from "../../page/own_cells/found_cells.js";

const NONE = new Map();
const box = (x, y, width = 20) => ({ x, y, width, height: width });
const fieldsOf = (boxes, size = 400) =>
  boxes.map((own, n) => ({ file: `${"abcd"[n]}.png`, width: size, height: size, boxes: own }));

test("images with one large cell in the middle are no fields", () => {
  const single = fieldsOf([[box(40, 42)], [box(38, 40)], [box(41, 40)]], 100);
  assert.throws(() => refuseSingleCells(single, 51), /^Error: 3 of these 3 images have one cell/);
  refuseSingleCells(single, 50); // small
  refuseSingleCells(single.slice(1), 51); // few
  refuseSingleCells(fieldsOf([[box(40, 42)], [box(10, 40)], [box(41, 40)]], 100), 51);
  refuseSingleCells(fieldsOf([[box(40, 42)], [box(40, 40), box(1, 1)], [box(40, 40)]], 100), 51);
});

test("notes name other magnifications, large crops, and what is at one place", () => {
  const apart = fieldsOf([[box(0, 0)], [box(50, 0)], [box(100, 0)]]);
  assert.deepEqual(notesOn(apart, 36, 20, NONE), []);
  assert.deepEqual(notesOn(fieldsOf([[], [], []]), 36, 20, NONE), []);
  const others = new Map(["a", "b", "c", "d"].map((field) => [field, 41.4]));
  assert.match(notesOn(apart, 36, 20.2, others)[0], /about 20 px wide, but not in a \(41 px\), b /);
  assert.match(notesOn(apart, 36, 20.2, others)[0], /, c \(41 px\) and 1 more: put fields/);
  assert.match(notesOn(apart, 201, 20, NONE)[0], /^A crop \(201 px\) is wider than half of 3/);
  const dirt = fieldsOf([[box(100, 60), box(9, 9)], [box(103, 60)], [box(100, 62.5)], []]);
  assert.deepEqual(notesOn(dirt, 36, 20, NONE).map((note) => note.slice(0, 82)), [
    "In 3 of 4 fields something was found at the same place, x 110, y 70: probably dirt"]);
  assert.deepEqual(notesOn(fieldsOf([[box(1, 1)], [box(1, 1), box(2, 2)]]), 36, 20, NONE), []);
});

test("crops lie where the command puts them, field by field from the top down", async () => {
  const fields = [["P1/a.png", "P1"], ["P1/A.png", "P1"], ["P2/a.png", "P2"], ["b?.png", ""]];
  const all = fields.map(([file, subject]) => ({ file, path: file, subject }));
  const [first, second, ...others] = placesOf(all);
  assert.deepEqual([first, ...others], ["P1/a.png", "P2/a.png", "b_.png"]);
  assert.match(second, /^P1\/A~[0-9a-f]{8}\.png$/);

  const boxes = [[5, 9], [7, 3], [2, 9]].map(([x, y]) => ({ field: "P2/a.png", ...box(x, y) }));
  const worker = { cut: async (_, wanted) => ({ crops: wanted.map(({ x }) => x) }) };
  const pool = { map: (items, act) => Promise.all(items.map((item) => act(worker, item))) };
  const crops = await cutCells(pool, all, boxes, 36, {});
  assert.deepEqual(crops.map(({ file, blob, subject }) => [file, blob, subject]),
    [["P2/a.png_0.png", 7, "P2"], ["P2/a.png_1.png", 2, "P2"], ["P2/a.png_2.png", 5, "P2"]]);
});

test("fields that cannot be read are left out, and without any there is an error", async () => {
  const files = ["a.png", "b.png"].map((file) => ({ file, path: file }));
  const cells = [{ x: 100, y: 100, width: 60, score: 0.9 }, { x: 9, y: 9, width: 60, score: 0.1 }];
  const worker = {
    surest: async ({ file }, scale) => (file === "b.png" ? { why: "broken." } :
      { width: 60, score: scale > 60 && scale < 70 ? 0.9 : 0.1 }),
    find: async ({ file }, scale) => (file === "b.png" ? { why: "broken." } :
      { cells, width: 400, height: 300, scale }),
  };
  const pool = { map: (items, act) => Promise.all(items.map((item) => act(worker, item))) };
  const how = { signal: {}, scaling() {}, finding() {} };
  const { fields, width, leftOut } = await findCells(pool, files, how);
  assert.deepEqual([width, fields.length, fields[0].scale, fields[0].boxes.length], [60, 1, 60, 1]);
  assert.deepEqual(leftOut, [{ path: "b.png", why: "broken." }]);
  await assert.rejects(findCells(pool, files.slice(1), how), /could not be read. b.png: broken/);
});
