// The finder: the maps that its network makes of an image -> white cells.

import { CANDIDATE } from "./score_limit.js";

export const CELL = 64; // a cell's width, in pixels, at the scale that the heads learnt
const STRIDE = 16; // pixels between the positions of a map
const WHOLE = 32; // the network halves an image five times
const APART = 0.5; // of the mean of two cells' widths: nearer ones are one

/**
 * The white cells of an image {width, height, rgb} in which they are some 64 px wide, the surest
 * first: `x`, `y` of the centre, `width`, `score`. `network` is what `loadFinder` gives.
 */
export async function find(image, network) {
  const whole = padded(image);
  const maps = await network(whole.rgb, whole.width, whole.height);
  const cells = peaks(maps, whole.width / STRIDE, whole.height / STRIDE);
  const inside = cells.filter(({ x, y }) =>
    x >= 0 && x <= image.width && y >= 0 && y <= image.height);
  return oneForEach(inside);
}

/** The surest of what was found more than once: of centres within half a cell's width. */
export function oneForEach(cells) {
  const kept = [];
  for (const cell of cells.toSorted((one, other) => other.score - one.score)) {
    const same = ({ x, y, width }) =>
      Math.hypot(x - cell.x, y - cell.y) <= (APART * (width + cell.width)) / 2;
    if (!kept.some(same)) kept.push(cell);
  }
  return kept;
}

/** An image made larger by its last pixels. */
export function padded({ width, height, rgb }) {
  const [across, down] = [width, height].map((side) => Math.ceil(side / WHOLE) * WHOLE);
  const larger = new Uint8Array(across * down * 3);
  for (let y = 0; y < down; y++) {
    const from = Math.min(y, height - 1) * width * 3;
    const row = larger.subarray(y * across * 3, (y + 1) * across * 3);
    row.set(rgb.subarray(from, from + width * 3));
    for (let at = width * 3; at < row.length; at++) row[at] = row[at - 3];
  }
  return { width: across, height: down, rgb: larger };
}

/** The cells at the peaks of maps (4, rows, columns): logit, log2 of width, right, down. */
export function peaks(maps, columns, rows) {
  const size = columns * rows;
  const scores = Float32Array.from(maps.subarray(0, size), (logit) => 1 / (1 + Math.exp(-logit)));
  const found = [];
  for (let at = 0; at < size; at++) {
    const [row, column] = [Math.floor(at / columns), at % columns];
    if (scores[at] < CANDIDATE || scores[at] < most(scores, row, column, columns, rows)) continue;
    const [wide, right, down] = [1, 2, 3].map((map) => maps[map * size + at]);
    found.push({
      x: (column + 0.5) * STRIDE + right * CELL,
      y: (row + 0.5) * STRIDE + down * CELL,
      width: CELL * 2 ** wide,
      score: scores[at],
    });
  }
  return found;
}

/** The highest of a position and those around it. */
function most(scores, row, column, columns, rows) {
  let highest = 0;
  for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
    for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
      highest = Math.max(highest, scores[y * columns + x]);
    }
  }
  return highest;
}
