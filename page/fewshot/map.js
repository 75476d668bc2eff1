// The cells in two dimensions: their first two principal components.

import { spread } from "./cells.js";

const MOST = 800; // cells that say where the axes lie, and are on the map beside the labelled ones
const [STEPS, STILL] = [300, 1e-9];
const ENTRIES = 4e7; // of embeddings, seen in all steps: some 0.3 s, which do for a picture

/**
 * The axes of the spread of all cells (Python's axes count the labelled cells twice).
 *
 * Returns `rows`, the cells; `at(row)`, where any cell lies, two numbers; `share`, how much of the
 * variance of these cells the two axes show. Null for cells that are all alike.
 */
export function principalAxes(cells) {
  const rows = spread([...Array(cells.count).keys()], MOST);
  const [n, width] = [rows.length, cells.width];
  const middle = new Float64Array(width);
  const X = new Float64Array((n + (n % 2)) * width); // an even number of rows
  rows.forEach((row, i) => {
    cells.direction(row).forEach((x, k) => {
      X[i * width + k] = x * cells.lengths[row];
      middle[k] += X[i * width + k] / n;
    });
  });
  for (let i = 0; i < n * width; i++) X[i] -= middle[i % width];
  const variance = squareOf(X);
  if (n < 2 || width < 2 || variance < 1e-12) return null;
  const [first, second] = twoAxes(X, width);
  const at = (row) => {
    const [own, length] = [cells.direction(row), cells.lengths[row]];
    const found = [0, 0];
    for (let k = 0; k < width; k++) {
      const away = own[k] * length - middle[k];
      found[0] += away * first[k];
      found[1] += away * second[k];
    }
    return found;
  };
  return { rows, at, share: squareOf(rows.flatMap(at)) / variance };
}

/** The map's places for the labelled rows, then the others: x and y from 0 to 1, y downwards. */
export function mapOfCells({ rows, at, share }, labelled) {
  const own = new Set(labelled);
  const shown = [...labelled, ...rows.filter((row) => !own.has(row))];
  const places = shown.map(at);
  const [x, y] = [0, 1].map((axis) => {
    const values = places.map((place) => place[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return values.map((value) => (value - low) / (high - low || 1));
  });
  return { row: shown, x, y: y.map((up) => 1 - up), share };
}

/** The two directions of most variance of X (n, width), by orthogonal iteration. */
function twoAxes(X, width) {
  const steps = Math.min(STEPS, Math.ceil(ENTRIES / X.length));
  const start = (turn) => Float64Array.from({ length: width }, (_, k) => Math.cos(turn * (k + 1)));
  let [first, second] = [scaled(start(1)), scaled(start(2))]; // any will do
  for (let step = 0, change = 1; step < steps && change > STILL; step++) {
    const [one, other] = scattered(X, first, second);
    scaled(one);
    const common = product(one, other);
    for (let k = 0; k < width; k++) other[k] -= common * one[k];
    scaled(other);
    change = 4 - 2 * (product(first, one) + product(second, other)); // the squares of both ways
    [first, second] = [one, other];
  }
  return [turned(first), turned(second)];
}

/** X'X times each of two directions; two rows at a time are faster. */
function scattered(X, first, second) {
  const width = first.length;
  const [one, other] = [new Float64Array(width), new Float64Array(width)];
  for (let p = 0, q = width; p < X.length; p += 2 * width, q += 2 * width) {
    let a = 0, b = 0, c = 0, d = 0;
    for (let k = 0; k < width; k++) {
      const x = X[p + k], y = X[q + k];
      a += x * first[k];
      b += x * second[k];
      c += y * first[k];
      d += y * second[k];
    }
    for (let k = 0; k < width; k++) {
      const x = X[p + k], y = X[q + k];
      one[k] += a * x + c * y;
      other[k] += b * x + d * y;
    }
  }
  return [one, other];
}

/** An axis as scikit-learn turns it. */
function turned(axis) {
  const largest = axis.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
  return largest < 0 ? axis.map((x) => -x) : axis;
}

/** An axis, in its place, with length 1. */
function scaled(axis) {
  const length = Math.sqrt(squareOf(axis)) || 1;
  for (let k = 0; k < axis.length; k++) axis[k] /= length;
  return axis;
}

function product(one, other) {
  let sum = 0;
  for (let k = 0; k < one.length; k++) sum += one[k] * other[k];
  return sum;
}

function squareOf(numbers) {
  return product(numbers, numbers);
}
