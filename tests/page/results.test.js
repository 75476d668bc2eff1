// Results, their words, and tests of them, as Python has them: list_cases.py made the cases.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { compareLabels, quoteAgreement } from "../../page/own_cells/agreement.js";
import { betaQuantile } from "../../page/own_cells/beta_quantiles.js";
import { cellsCsv } from "../../page/own_cells/cells_csv.js";
import {
  copied, differenceWarnings, differing, differsIn,
} from "../../page/own_cells/image_differences.js";
import {
  atTheEdges, bySubject, classCounts, countsOf, quote,
} from "../../page/own_cells/summary.js";
import { cells, fixed, percent, timeLeft } from "../../page/own_cells/words.js";

const CASES = JSON.parse(readFileSync(new URL("cases.json", import.meta.url)));
const KEY = "0123456789abcdef".repeat(2);

const near = (found, wanted, most, what) =>
  assert.ok(Math.abs(found - wanted) <= most, `${what}: ${found}, not ${wanted}`);

test("cells.csv is Python's, byte for byte", () => {
  for (const { cells: rows, text } of CASES.cells_csv.lists) {
    assert.equal(cellsCsv(rows), `\ufeff${text}`);
  }
  const unsure = { file: "a", certainty: Number.NaN, unlike: false };
  assert.match(cellsCsv([unsure]), /\na,,,,False,,,,,\r/);
  const own = { file: "a", predicted: "x", nearest: ["b"], labelled: true, certainty: 1,
    unlike: false, unlikeness: 0, runner_up: "" };
  assert.match(cellsCsv([own]), /\na,x,1\.000,,False,0\.000,b,True,,\r/);
});

test("numbers are rounded as in Python, halves too", () => {
  for (const { value, digits, text } of CASES.cells_csv.fixed) {
    assert.equal(fixed(value, digits), text, `${value} ${digits}`);
  }
});

test("images that differ in size or colour are told as in Python", () => {
  for (const each of CASES.cells_csv.differing) {
    const looks = (rows) => rows.map(([width, light], row) =>
      ({ width, light, file: `${row}.png`, content: KEY }));
    const [fresh, labelled] = [looks(each.new), looks(each.labelled)];
    const differ = differing(fresh, labelled);
    assert.deepEqual(differ, each.differ);
    assert.deepEqual(differenceWarnings(differ, fresh, labelled, fresh.length), each.warnings);
    assert.deepEqual(copied(fresh), each.copied);
  }
  const said = [[true, true], [true, false], [false, true], [false, false]];
  assert.deepEqual(said.map(([size, colour]) => differsIn({ size, colour })),
    ["size and colour", "size", "colour", ""]);
});

for (const [number, each] of CASES.agreement.entries()) {
  test(`a test's agreement, ${number}: ${each.quote.slice(0, 13)}`, () => {
    const found = compareLabels(each.true, each.given, each.apart);
    assert.deepEqual(found.confusion, each.confusion);
    assert.equal(found.recall.length, each.recall.length);
    each.recall.forEach((row, place) => {
      for (const [name, value] of Object.entries(row)) {
        if (name === "label") assert.equal(found.recall[place].label, value);
        else near(found.recall[place][name], value, 1e-9, name);
      }
    });
    for (const [name, value] of Object.entries(each.scores.accuracy)) {
      near(found.accuracy[name], value, 1e-9, name);
    }
    const balanced = each.scores.balanced_accuracy;
    assert.equal(found.balanced_accuracy === null, balanced === undefined);
    if (balanced) {
      near(found.balanced_accuracy.value, balanced.value, 1e-12, "value");
      // the draws are not numpy's, and the ends of few cells' draws are far apart
      const drawn = each.true.length < 10 ? 0.05 : 0.015;
      for (const end of ["low", "high"]) {
        if (balanced[end] === balanced.value) {
          assert.equal(found.balanced_accuracy[end], found.balanced_accuracy.value);
        }
      }
      near(found.balanced_accuracy.low, balanced.low, drawn, "low");
      near(found.balanced_accuracy.high, balanced.high, drawn, "high");
    }
    const same = { ...found, balanced_accuracy: balanced ?? null }; // but for the draws
    assert.equal(quoteAgreement(same, { version: "1.0", weights: "w" }), each.quote);
  });
}

test("draws of one class have its exact quantiles", () => {
  const [truth, given] = ["aaaaaaaa", "aaaaabbb"].map((text) => text.split(""));
  const { balanced_accuracy: found } = compareLabels(truth, given, "n");
  near(found.low, betaQuantile(5.5, 3.5, 0.025), 0.01, "low");
  const prior = 5.5 / 9;
  near(found.high, betaQuantile(prior + 5, 1 - prior + 3, 0.975), 0.01, "high");
});

test("a test of no cell is refused", () => {
  assert.throws(() => compareLabels([], [], "n"), /but there were 0 and 0/);
});

test("quantiles of shares are exact where they are known", () => {
  for (const p of [0.025, 0.3, 0.975]) {
    near(betaQuantile(1, 1, p), p, 1e-12, "uniform");
    near(betaQuantile(0.5, 0.5, p), Math.sin((Math.PI * p) / 2) ** 2, 1e-12, "arcsine");
    near(betaQuantile(7, 1, p), p ** (1 / 7), 1e-12, "power");
    near(betaQuantile(1, 1e5, p), -Math.expm1(Math.log1p(-p) / 1e5), 1e-12, "many");
  }
});

test("summaries are Python's", () => {
  for (const each of CASES.summary) {
    const facts = { ...each, apart: each.apart.name };
    assert.deepEqual(classCounts(facts), each.rows);
    assert.deepEqual(atTheEdges(facts), each.edges);
    const said = { ...each, version: "1.0", weights: "w", labelled: each.labelled_cells };
    assert.equal(quote(said), each.quote);
    assert.equal(quote({ ...said, expected: null }), "");
  }
  assert.ok(CASES.summary.some(({ edges }) => edges.length));
});

test("cells are counted by class and by subject", () => {
  assert.deepEqual(countsOf(["b", "constructor", "b"], ["a", "b"]), { a: 0, b: 2, constructor: 1 });
  const named = [["P1", "a"], ["P1", "n"], ["", "b"]].map(([subject, predicted]) =>
    ({ subject, predicted }));
  assert.deepEqual(bySubject(named, ["a", "b"]), [
    { subject: "", cells: 1, counts: { a: 0, b: 1 }, shares: { a: 0, b: 1 } },
    { subject: "P1", cells: 1, counts: { a: 1, b: 0 }, shares: { a: 1, b: 0 } },
  ]);
  assert.equal(bySubject([{ subject: "", predicted: "a" }], ["a"]), null);
});

test("words fit their numbers", () => {
  assert.deepEqual([cells(1), cells(0), cells(2)], ["1 cell", "0 cells", "2 cells"]);
  assert.deepEqual([0, 0.004, 0.005, 0.125, 0.375, 1].map(percent),
    ["0\u00a0%", "<1\u00a0%", "0\u00a0%", "12\u00a0%", "38\u00a0%", "100\u00a0%"]);
  assert.deepEqual([5, 50, 170, 7000, Infinity].map(timeLeft),
    ["less than a minute", "about 1 minute", "about 3 minutes", "about 2 hours", ""]);
});
