// Fields -> white cells as in Python: field_cases.py made the cases.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { distinctNames } from "../../page/data/distinct_names.js";
import { cut, sideFor } from "../../page/fields/cutting.js";
import { find, oneForEach } from "../../page/fields/finder.js";
import { boxesOf, findWithin, windows } from "../../page/fields/finding.js";
import {
  cellWidth, lookAtScales, otherScales, sampled, surest,
} from "../../page/fields/folder_scale.js";
import { region, tiles } from "../../page/fields/parts.js";
import { scoreLimit } from "../../page/fields/score_limit.js";

const CASES = JSON.parse(readFileSync(new URL("cases.json", import.meta.url)));
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const fieldOf = ({ width, height, rgb }) => ({ width, height, rgb: bytes(rgb) });

function near(found, said) {
  assert.equal(found.length, said.length);
  said.forEach((row, n) => {
    for (const [name, value] of Object.entries(row)) {
      assert.ok(Math.abs(found[n][name] - value) < 1e-4 * Math.max(1, Math.abs(value)),
        `${name} of ${n}: ${found[n][name]}, not ${value}`);
    }
  });
}

test("files of crops are called as the command calls them", () => {
  for (const { names, distinct } of CASES.field_names) {
    assert.deepEqual(distinctNames(names), distinct);
  }
});

test("windows cover a field, and some fields stand for all", () => {
  const { tiles: sides, windows: areas, sampled: some } = CASES.field_windows;
  for (const { given, tiles: said } of sides) assert.deepEqual(tiles(...given), said);
  for (const { area, scale, windows: said } of areas) assert.deepEqual(windows(area, scale), said);
  for (const { n, sampled: said } of some) assert.deepEqual(sampled([...Array(n).keys()]), said);
});

for (const { part, scale, size, region: said, ...field } of CASES.field_regions) {
  test(`the part ${part} is made ${scale} times as large bit by bit as by Pillow`, () => {
    const found = region(fieldOf(field), part, scale);
    assert.deepEqual([found.height, found.width], size);
    assert.deepEqual(found.rgb, bytes(said));
  });
}

test("cells are at the peaks of the maps that the network makes of whole blocks", async () => {
  for (const { maps, padded, cells, ...field } of CASES.found_at_peaks) {
    const network = (pixels) => {
      assert.deepEqual(pixels, bytes(padded));
      return Float32Array.from(maps);
    };
    near(await find(fieldOf(field), network), cells);
  }
});

test("each cell counts once, and has a box from the limit on", () => {
  for (const { cells, kept, limit, size, boxes } of CASES.once_each) {
    near(oneForEach(cells), kept);
    near(boxesOf(kept, limit, { width: size[0], height: size[1] }), boxes);
  }
});

test("the limit is the folder's own", () => {
  for (const { scores, limit } of CASES.score_limits) {
    near([{ limit: scoreLimit(scores) }], [{ limit }]);
  }
});

test("the width is the median cell's on the scale of the surest ones", () => {
  for (const { looks, width, others } of CASES.cell_widths) {
    assert.equal(cellWidth(looks), width);
    assert.deepEqual(Object.fromEntries(otherScales(looks, width)), others);
  }
});

test("the search for a scale ends when two narrower ones find less", async () => {
  const scores = [0.1, 0.9, 0.7, 0.6, 0.9, 0.9];
  const seen = [];
  const lookAt = async (scale) => {
    seen.push(scale);
    return [{ field: "a", width: scale, score: scores[seen.length - 1] }];
  };
  const looks = await lookAtScales(lookAt, () => {});
  assert.deepEqual(looks.map(({ score }) => score), scores.slice(0, 4));
  assert.deepEqual(seen.map(Math.round), [724, 512, 362, 256]);
});

test("cells of another width than the scale's do not count, and those of a seam once", async () => {
  const field = { width: 1500, height: 32, rgb: new Uint8Array(1500 * 32 * 3) };
  // its windows begin at 0 and 476; a cell of 64 px at 744 is in both, and each has one of 128 px
  const seen = [];
  const network = (_, width) => {
    const size = (width / 16) * 2;
    const maps = new Float32Array(4 * size).fill(-9, 0, size);
    const [column, logit] = seen.length % 2 ? [16, 2] : [46, 1];
    seen.push(width);
    maps[column] = logit;
    [maps[2], maps[size + 2]] = [3, 1];
    return maps;
  };
  const cells = await findWithin(field, [0, 0, 1500, 32], 64, network);
  assert.deepEqual(seen, [1024, 1024]);
  assert.deepEqual(cells.map(({ x, width }) => [x, width]), [[40, 128], [516, 128], [740, 64]]);
  const { width, score } = await surest(field, 64, network);
  assert.deepEqual([width, score.toFixed(2)], [64, "0.88"]);
});

test("crops are centred, and beyond the edge they have the colour of the light", () => {
  for (const { box, side, crop, median, ...field } of CASES.crops) {
    if (median) assert.equal(sideFor(median), side);
    else assert.deepEqual(cut(fieldOf(field), box, side), bytes(crop));
  }
});
