// Boxes in fields and the order of fields, without a browser.

import assert from "node:assert/strict";
import test from "node:test";

import { Boxes } from "../../page/desk/boxes.js";
import { ORDERS } from "../../page/desk/field_order.js";
import { boxesCsv } from "../../page/own_cells/boxes_csv.js";

const SIZE = [400, 200]; // of each field
const ROWS = [[10.5, 20, 30, 40, 0.9], [100, 50, 60, 60, null]];
const places = (boxes) => boxes.map(({ x, y, width, height }) => [x, y, width, height]);

function made() {
  const boxes = new Boxes((field) => boxes.told.push(field));
  boxes.told = [];
  boxes.put("a", ROWS);
  return boxes;
}

test("boxes are dropped, taken back and added, and the last change is undone", () => {
  const boxes = made();
  const dropped = () => boxes.of("a").map((box) => box.dropped);
  boxes.undo();
  assert.deepEqual([boxes.told, boxes.touched, boxes.unsaved], [[], false, false]);
  boxes.toggle(boxes.of("a")[1]);
  boxes.add("a", [300, 100], 50, SIZE);
  boxes.toggle(boxes.of("a")[1]);
  assert.deepEqual(dropped(), [false, false, false]);
  boxes.undo();
  assert.deepEqual(dropped(), [false, true, false]);
  boxes.undo();
  assert.deepEqual(dropped(), [false, true]);
  boxes.undo();
  assert.deepEqual(dropped(), [false, false]);
  assert.deepEqual([boxes.touched, boxes.unsaved], [false, false], "nothing is left to be lost");
  assert.deepEqual(boxes.told, Array(6).fill("a"));
});

test("what is undone after it was saved is to be saved again", () => {
  const boxes = made();
  boxes.toggle(boxes.of("a")[0]);
  assert.equal(boxes.unsaved, true);
  boxes.saved();
  assert.deepEqual([boxes.touched, boxes.unsaved, boxes.told], [true, false, ["a", undefined]]);
  boxes.undo();
  assert.deepEqual([boxes.touched, boxes.unsaved], [true, true]);
});

test("an added box is a square around the click, as far as it lies in the field", () => {
  const boxes = made();
  boxes.put("b", []);
  for (const point of [[300.2, 100.4], [10, 190], [399, 5]]) boxes.add("b", point, 50, SIZE);
  assert.deepEqual(places(boxes.of("b")), [[275, 75, 50, 50], [0, 165, 35, 35], [374, 0, 26, 30]]);
  assert.deepEqual(boxes.of("b").map(({ score, added }) => [score, added]),
    Array(3).fill([null, true]));
});

test("a box that two parts of a slide show is one, and fields keep their boxes apart", () => {
  const boxes = made();
  boxes.put("a", [ROWS[1], [100, 50, 60, 61, 0.5]]);
  boxes.put("b", [ROWS[0]]);
  assert.deepEqual(places(boxes.all),
    [[10.5, 20, 30, 40], [100, 50, 60, 60], [100, 50, 60, 61], [10.5, 20, 30, 40]]);
});

test("the list has a row for each box; a box without a score has none", () => {
  const boxes = made();
  boxes.put('b, "2".png', [[0, 0, 1, 1, 0]]);
  assert.equal(boxesCsv(boxes.all),
    "\ufefffield,x,y,width,height,score\r\na,10.5,20,30,40,0.9\r\n" +
    'a,100,50,60,60,\r\n"b, ""2"".png",0,0,1,1,0\r\n');
});

test("fields are ordered by doubt, name, number of cells, and those without a cell first", () => {
  const views = [["c", 2, 0.9], ["d", 1, null], ["b", 0, null], ["a", 3, 0.4], ["e", 1, 1]]
    .map(([name, cells, least]) => ({ name, cells, least }));
  const orders = [...ORDERS.values()].map((order) =>
    views.toSorted(order).map(({ name }) => name).join(""));
  assert.deepEqual(orders, ["acebd", "abcde", "acdeb", "bcdae"]);
});
