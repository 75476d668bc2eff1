// The page's few-shot code says what Python says: number_cases.py made the cases.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { byCodePoint, sortedNames } from "../../page/data/plain_text.js";
import { logDistancesFromAll } from "../../page/fewshot/cloud.js";
import { Clouds } from "../../page/fewshot/clouds.js";
import { Cells } from "../../page/fewshot/cells.js";
import { Draws } from "../../page/fewshot/draws.js";
import { scoreCells } from "../../page/fewshot/heads.js";
import { partsLeftOut } from "../../page/fewshot/held_out.js";
import { JudgedCells } from "../../page/fewshot/judged_cells.js";
import { JudgedSupports } from "../../page/fewshot/judged_supports.js";
import { Labels } from "../../page/fewshot/labels.js";
import { principalAxes } from "../../page/fewshot/map.js";
import { nonNegative } from "../../page/fewshot/nnls.js";
import { products } from "../../page/fewshot/products.js";
import { Generator } from "../../page/fewshot/random.js";
import { quantiles, studentQuantile } from "../../page/fewshot/statistics.js";

const CASES = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf-8"));
const NAMES = Object.keys(CASES.sets);

function near(found, said, within, what = "") {
  assert.equal(found.length, said.length, what);
  said.forEach((number, i) => {
    const unsaid = found[i] === null || Number.isNaN(found[i]);
    const same = number === null ? unsaid : Math.abs(found[i] - number) <= within;
    assert.ok(same, `${what} ${i}: ${found[i]}, not ${number}`);
  });
}

function embeddings(name) {
  return Float32Array.from(CASES.sets[name].Z);
}

async function judged(name, labels = CASES.sets[name].labels) {
  const { width, groups, ...set } = CASES.sets[name];
  const copyOf = Int32Array.from(set.copyOf);
  const cells = new JudgedCells(embeddings(name), width, { groups, copyOf });
  await cells.prepare();
  cells.setLabels(new Map(labels));
  return cells;
}

/** The labelled cells of a set, and all cells' products with them. */
function supportsOf(name) {
  const { width, groups, copyOf, labels } = CASES.sets[name];
  const cells = new Cells(embeddings(name), width);
  const known = new Labels(cells.count, Int32Array.from(copyOf), groups);
  known.replace(new Map(labels));
  const { rows, codes, classes } = known;
  const gram = Float64Array.from(rows.flatMap((row) => rows.map((own) => cells.column(own)[row])));
  const columns = rows.map((row) => cells.column(row));
  return { supports: new JudgedSupports(gram, codes, classes, known.groups, width), columns };
}

test("permutations are numpy's", () => {
  const { several, array, long } = CASES.permutations;
  const generator = new Generator();
  for (const said of several) assert.deepEqual(generator.permutation(said.length), said);
  assert.deepEqual(generator.permutation([4, 9, 11, 30]), array);
  assert.deepEqual(new Generator().permutation(5000).slice(0, 40), long);
});

test("Student's t is scipy's", () => {
  near(CASES.student.map((_, i) => studentQuantile(i + 1, 0.95)), CASES.student, 1e-9);
});

test("quantiles are interpolated", () => {
  assert.deepEqual(quantiles([3, 1, 2], [0, 0.25, 0.5, 1]), [1, 1.5, 2, 3]);
  assert.deepEqual(quantiles([7], [0.025]), [7]);
});

test("least squares that are not negative are scipy's", () => {
  for (const { square, product, solution } of CASES.least_squares) {
    near(nonNegative(square, product), solution, 1e-6);
  }
});

test("names are sorted by code point", () => {
  const sorted = ["B", "b", "ä", "\ufb01", "\u{1f600}"];
  assert.deepEqual(sortedNames([...sorted, "b"].reverse()), sorted);
  assert.ok(byCodePoint("ab", "a") > 0 && byCodePoint("a", "a") === 0);
});

test("products of any shape", () => {
  const [A, B] = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 0, 1, 0, 1, 0]].map((x) => Float32Array.from(x));
  assert.deepEqual([...products(A, B, 3)], [4, 2, 10, 5, 16, 8]);
  assert.deepEqual([...products(B, A, 3)], [4, 10, 16, 2, 5, 8]);
});

for (const name of NAMES) {
  test(`${name}: what is left out together`, () => {
    const { supports } = supportsOf(name);
    const parts = partsLeftOut(supports.codes, supports.groups);
    assert.deepEqual(parts.slice(0, 20), CASES.parts[name].first);
    assert.equal(parts.length, CASES.parts[name].number);
  });

  test(`${name}: scores`, () => {
    const { supports, columns } = supportsOf(name);
    const said = CASES.heads[name].scores;
    const some = columns.flatMap((column) => [...column.subarray(0, said.length)]);
    const found = scoreCells(supports.head, Float64Array.from(some), said.length);
    near(found, said.flat(), 2e-5);
    near([supports.head.gap], [CASES.heads[name].gap], 1e-5);
  });

  test(`${name}: supports judged by the others`, () => {
    const { supports } = supportsOf(name);
    const { rows, scores, weights } = supports.heldOut;
    const said = CASES.held_out[name];
    assert.deepEqual(rows.slice(0, 30), said.rows);
    assert.equal(rows.length, said.number);
    near(scores.slice(0, said.scores.flat().length), said.scores.flat(), 1e-5);
    near([weights.reduce((a, b) => a + b, 0)], [new Set(rows).size], 1e-9);
    near(supports.heldOutLogs, said.logs, 1e-5);
  });

  test(`${name}: the temperature`, () => {
    const { temperature } = supportsOf(name).supports;
    assert.ok(Math.abs(Math.log(temperature / CASES.temperatures[name])) < 2e-5);
  });

  test(`${name}: certainties, and what is unlike all labelled cells`, async () => {
    const cells = await judged(name);
    const found = cells.verdicts();
    const { shares, unlikeness } = CASES.certainties[name];
    near(found.shares.subarray(-shares.flat().length), shares.flat(), 2e-5);
    const doubted = (far) => far.filter((_, row) => !found.labelled[row]);
    // a labelled cell's copies count on the page's cloud of all cells
    const within = name === "copies" ? 0.05 : 5e-5;
    near(doubted(found.unlikeness), doubted(unlikeness), within, "unlikeness");
  });

  test(`${name}: the accuracy to expect`, async () => {
    const cells = await judged(name);
    const [found, said] = [cells.expected(), CASES.expected[name]];
    assert.equal(found.whyNot, said.whyNot);
    if (said.whyNot) return assert.equal(cells.shares(), null);
    for (const key of ["unjudged", "apart", "basis"]) assert.deepEqual(found[key], said[key]);
    near(found.confusion.map((pair) => pair.share), said.confusion, 2e-5);
    assert.deepEqual(found.confusion.map((pair) => pair.cells), said.cells);
    said.expected.forEach((row, i) => {
      const own = found.expected[i];
      assert.equal(own.labels, row.labels);
      near([own.per_class, own.balanced_accuracy], [row.per_class, row.balanced_accuracy], 2e-5);
      near([own.low, own.high], [row.low, row.high], 0.015);
    });
    for (const key of ["label", "predicted"]) {
      assert.deepEqual(found.verdicts.map((row) => row[key]), said.verdicts.map((row) => row[key]));
    }
    for (const key of ["certainty", "own"]) {
      near(found.verdicts.map((row) => row[key]), said.verdicts.map((row) => row[key]), 2e-5);
    }
    const doubtful = cells.doubtfulLabels();
    assert.deepEqual(doubtful.map(({ row }) => row), said.doubtful.map(({ file }) => file));
  });

  test(`${name}: the share of each class`, async () => {
    const [found, said] = [(await judged(name)).shares(), CASES.prevalence[name]];
    if (said === null) return assert.equal(found, null);
    for (const key of ["label", "cells"]) {
      assert.deepEqual(found.map((row) => row[key]), said.map((row) => row[key]));
    }
    near(found.map((row) => row.share), said.map((row) => row.share), 1e-6);
    const ends = (rows) => rows.flatMap(({ low, high }) => [low, high]);
    near(ends(found), ends(said), 0.04); // of 400 draws
  });
}

for (const [name, { first, later }] of Object.entries(CASES.suggestions)) {
  test(`${name}: the cells to label`, async () => {
    assert.deepEqual(await (await judged(name, [])).suggest(12), first);
    assert.deepEqual(await (await judged(name)).suggest(9), later);
  });
}

for (const [name, { at, share }] of Object.entries(CASES.maps)) {
  test(`${name}: the map`, async () => {
    const axes = principalAxes(new Cells(embeddings(name), CASES.sets[name].width));
    near(axes.rows.map(axes.at).flat(), at.flat(), 1e-3);
    near([axes.share], [share], 1e-5);
    const map = (await judged(name)).map();
    assert.deepEqual(map.row.slice(0, 2), CASES.sets[name].labels.slice(0, 2).map(([row]) => row));
    assert.deepEqual([Math.min(...map.x), Math.max(...map.y)], [0, 1]);
  });
}

test("labels in any order give the same, and without one it is as before", async () => {
  const { labels } = CASES.sets["five classes"];
  const [whole, cells] = [await judged("five classes"), await judged("five classes", [])];
  for (const [row, name] of labels.toReversed()) cells.label(row, name);
  assert.deepEqual(cells.verdicts(), whole.verdicts());
  assert.deepEqual(cells.expected(), whole.expected());
  const [row, name] = labels[3];
  cells.label(row, null);
  assert.equal(cells.labels.has(row), false);
  assert.notDeepEqual(cells.verdicts(), whole.verdicts());
  cells.label(row, "another");
  cells.label(row, name);
  assert.deepEqual(cells.verdicts(), whole.verdicts());
  assert.deepEqual([...cells.labels], labels);
});

test("a labelled cell and its copies keep the label", async () => {
  const cells = await judged("copies");
  cells.label(41, "zebra"); // a copy of 20, as is 40
  const { classes, first, second, certainty, unlike, unlikeness, labelled } = cells.verdicts();
  for (const row of [20, 40, 41]) {
    assert.equal(classes[first[row]], "zebra");
    assert.deepEqual([second[row], certainty[row], unlike[row], unlikeness[row]], [-1, 1, 0, 0]);
    assert.equal(labelled[row], 1);
  }
  assert.ok(cells.labels.has(20) && !cells.labels.has(41));
  const doubtful = cells.doubtful();
  assert.ok(doubtful.length > 1 && doubtful.every((row) => certainty[row] < 0.7 && !unlike[row]));
  assert.ok(doubtful.every((row, i) => i === 0 || certainty[doubtful[i - 1]] <= certainty[row]));
  assert.equal(cells.nearest(40)[0], 20);
  assert.equal(cells.nearest(0).length, 3);
});

test("fewer than two classes are refused in Python's words", async () => {
  const cells = await judged("two classes", []);
  const sentence = "The labels must have at least two classes, but had [], 0 classes.";
  assert.throws(() => cells.verdicts(), { message: sentence });
  assert.deepEqual(cells.expected(), { whyNot: sentence });
  assert.deepEqual([cells.shares(), cells.doubtfulLabels()], [null, []]);
  cells.label(0, "it's");
  const one = `The labels must have at least two classes, but had ["it's"], 1 class.`;
  assert.throws(() => cells.verdicts(), { message: one });
  await assert.rejects(cells.suggest(99), /but was 99 of 39 cells/);
});

test("cells that are all alike have no map, and break nothing", async () => {
  const cells = new JudgedCells(new Float32Array(60).fill(1), 6);
  await cells.prepare();
  assert.equal(cells.map(), null);
  cells.setLabels(new Map([[0, "a"], [1, "a"], [2, "b"], [3, "b"]]));
  assert.ok(cells.verdicts().certainty.every((share) => share === 1 || share === 0.5));
  assert.ok(cells.expected().expected[0].balanced_accuracy > 0);
  assert.deepEqual((await cells.suggest(2)).length, 2);
});

test("before all cells are compared, nothing is unlike", () => {
  const { width, labels } = CASES.sets["five classes"];
  const cells = new JudgedCells(embeddings("five classes"), width);
  cells.setLabels(new Map(labels));
  assert.ok(cells.verdicts().unlike.every((unlike) => unlike === 0));
});

test("a promise of products does as well", async () => {
  const { width, labels } = CASES.sets["five classes"];
  const gemm = async (A, B, dim) => products(A, B, dim);
  const cells = new JudgedCells(embeddings("five classes"), width, { gemm });
  await cells.prepare();
  cells.setLabels(new Map(labels));
  assert.deepEqual(cells.verdicts(), (await judged("five classes")).verdicts());
});

test("the cloud of all cells is of 500, evenly from the first to the last", async () => {
  const cells = new Cells(Float32Array.from({ length: 750 * 4 }, (_, i) => Math.sin(i)), 4);
  const chosen = [];
  const gemm = cells.gemm;
  cells.gemm = (A, B, width) => {
    if (A === B) chosen.push(...A);
    return gemm(A, B, width);
  };
  assert.ok((await logDistancesFromAll(cells)).every(Number.isFinite));
  const even = Array.from({ length: 500 }, (_, i) => Math.floor(1.5 * i));
  assert.deepEqual(chosen, [...cells.gather(even)]);
});

test("clouds of copies have no infinite distance", () => {
  const clouds = new Clouds(Float64Array.from([1, 1, 0, 1, 1, 0, 0, 0, 1]), [0, 0, 1], 2, 5);
  const far = clouds.distances(Float64Array.from([1, 0, 1, 0, 0, 0]), Float64Array.from([1, 1]));
  near(far, [1e-12, 3], 1e-9);
});

test("numbers drawn have the mean and spread of their distributions", () => {
  const draws = new Draws(0);
  const check = (draw, mean, variance) => {
    const found = Array.from({ length: 40000 }, draw);
    const middle = found.reduce((a, b) => a + b) / found.length;
    const spread = found.reduce((sum, x) => sum + (x - middle) ** 2, 0) / found.length;
    assert.ok(Math.abs(middle - mean) < 5 * Math.sqrt(variance / found.length), `mean ${middle}`);
    assert.ok(Math.abs(spread / variance - 1) < 0.08, `variance ${spread}, not ${variance}`);
  };
  check(() => draws.uniform(), 1 / 2, 1 / 12);
  check(() => draws.normal(), 0, 1);
  check(() => draws.gamma(0.3), 0.3, 0.3);
  check(() => draws.gamma(7), 7, 7);
  check(() => draws.beta(2, 3), 0.4, 0.04);
  check(() => draws.binomial(7, 0.3), 2.1, 1.47);
  check(() => draws.binomial(5000, 0.02), 100, 98);
  check(() => draws.multinomial(300, [0.2, 0, 0.5, 0.3])[2], 150, 75);
  check(() => draws.dirichlet([1, 2, 3])[1], 1 / 3, 2 / 63);
  assert.deepEqual(draws.multinomial(9, [0, 1, 0]), [0, 9, 0]);
});
