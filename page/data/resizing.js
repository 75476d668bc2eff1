// Pillow's antialiased bicubic resizing, in its own whole numbers.

const SHARPNESS = -0.5; // the cubic's parameter, a
const SUPPORT = 2; // pixels that the cubic reaches each way
const PLACES = 32 - 8 - 2; // binary places of a weight
const HALF = 1 << (PLACES - 1); // rounds
const BANDS = 3;
const known = new Map(); // weights by both lengths

/**
 * A whole image (height * width * 3,) as a square of `size` pixels a side, (size * size * 3,).
 *
 * Both Uint8Array, bit by bit what Pillow 13 makes: rows first, rounded to 8 bits, then columns,
 * but columns first where they shrink by more than twice as many pixels; a side that has its size
 * already is left alone.
 */
export function bicubic(rgb, width, height, size) {
  const columnsFirst = height > size && height - size > 2 * (width - size);
  const half = columnsFirst
    ? resizedColumns(rgb, width, height, size)
    : resizedRows(rgb, width, height, size);
  return columnsFirst
    ? resizedRows(half, width, size, size)
    : resizedColumns(half, size, height, size);
}

/** Each row to `size` pixels. */
function resizedRows(rgb, width, height, size) {
  if (width === size) return rgb.slice();
  const { starts, counts, weights, most } = weightsOf(width, size);
  const resized = new Uint8ClampedArray(height * size * BANDS);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < size; x++, to += BANDS) {
      let from = (y * width + starts[x]) * BANDS;
      let [red, green, blue] = [HALF, HALF, HALF];
      for (let n = most * x, end = n + counts[x]; n < end; n++, from += BANDS) {
        const weight = weights[n];
        red += rgb[from] * weight;
        green += rgb[from + 1] * weight;
        blue += rgb[from + 2] * weight;
      }
      resized[to] = red >> PLACES;
      resized[to + 1] = green >> PLACES;
      resized[to + 2] = blue >> PLACES;
    }
  }
  return new Uint8Array(resized.buffer);
}

/** Each column to `size` pixels, a row at a time, as they lie in memory. */
function resizedColumns(rgb, width, height, size) {
  if (height === size) return rgb.slice();
  const { starts, counts, weights, most } = weightsOf(height, size);
  const row = width * BANDS;
  const resized = new Uint8ClampedArray(size * row);
  const sums = new Int32Array(row);
  for (let y = 0; y < size; y++) {
    sums.fill(HALF);
    for (let n = 0; n < counts[y]; n++) {
      const weight = weights[most * y + n];
      const from = (starts[y] + n) * row;
      for (let at = 0; at < row; at++) sums[at] += rgb[from + at] * weight;
    }
    for (let at = 0; at < row; at++) resized[y * row + at] = sums[at] >> PLACES;
  }
  return new Uint8Array(resized.buffer);
}

/**
 * For each of `size` pixels: the first of `length` it is made of, how many, and their weights,
 * `most` apart.
 */
function weightsOf(length, size) {
  const key = `${length} ${size}`;
  if (!known.has(key)) known.set(key, computedWeights(length, size));
  return known.get(key);
}

function computedWeights(length, size) {
  const scale = length / size;
  const stretch = Math.max(scale, 1); // a wider filter: antialiasing
  const reach = SUPPORT * stretch;
  const most = 2 * Math.ceil(reach) + 1;
  const [starts, counts] = [new Int32Array(size), new Int32Array(size)];
  const weights = new Int32Array(size * most);
  for (let n = 0; n < size; n++) {
    const centre = (n + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const count = Math.min(length, Math.trunc(centre + reach + 0.5)) - start;
    const inverse = 1 / stretch; // Pillow multiplies by it, which rounds otherwise
    const exact = Array.from({ length: count }, (_, at) =>
      cubic((at + start - centre + 0.5) * inverse),
    );
    const sum = exact.reduce((a, b) => a + b, 0);
    [starts[n], counts[n]] = [start, count];
    exact.forEach((weight, at) => {
      weights[most * n + at] = rounded((weight / sum) * (1 << PLACES));
    });
  }
  return { starts, counts, weights, most };
}

/** The cubic convolution kernel. */
function cubic(distance) {
  const [x, a] = [Math.abs(distance), SHARPNESS];
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/** To the nearest whole number, halves away from zero. */
const rounded = (number) => Math.trunc(number + Math.sign(number) * 0.5);
