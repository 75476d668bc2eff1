// Pillow's antialiased bicubic and bilinear resizing, in its own whole numbers.

const SHARPNESS = -0.5; // the cubic's parameter, a
const CUBIC = { of: cubic, support: 2 }; // pixels that a filter reaches each way
const LINEAR = { of: (distance) => Math.max(0, 1 - Math.abs(distance)), support: 1 };
const PLACES = 32 - 8 - 2; // binary places of a weight
const HALF = 1 << (PLACES - 1); // rounds
const BANDS = 3;
const known = new Map([[CUBIC, new Map()], [LINEAR, new Map()]]); // weights by both lengths

/** A whole image (height * width * 3,) as a square of `size` pixels, (size * size * 3,). */
export const bicubic = (rgb, width, height, size) =>
  resized({ rgb, width, height }, { width: size, height: size }, CUBIC);

/** An image {rgb, width, height} as one of another `size` {width, height}. */
export const bilinear = (image, size) => ({ ...size, rgb: resized(image, size, LINEAR) });

/**
 * Bit by bit what Pillow 13 makes: rows first, rounded to 8 bits, then columns, but columns first
 * where they shrink by more than twice as many pixels; a side that has its size already is left
 * alone. Pixels are Uint8Arrays.
 */
function resized({ rgb, width, height }, size, filter) {
  const columnsFirst = height > size.height && height - size.height > 2 * (width - size.width);
  const half = columnsFirst
    ? resizedColumns(rgb, width, height, size.height, filter)
    : resizedRows(rgb, width, height, size.width, filter);
  return columnsFirst
    ? resizedRows(half, width, size.height, size.width, filter)
    : resizedColumns(half, size.width, height, size.height, filter);
}

/** Each row to `size` pixels. */
function resizedRows(rgb, width, height, size, filter) {
  if (width === size) return rgb.slice();
  const { starts, counts, weights, most } = weightsOf(width, size, filter);
  const made = new Uint8ClampedArray(height * size * BANDS);
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
      made[to] = red >> PLACES;
      made[to + 1] = green >> PLACES;
      made[to + 2] = blue >> PLACES;
    }
  }
  return new Uint8Array(made.buffer);
}

/** Each column to `size` pixels, a row at a time, as they lie in memory. */
function resizedColumns(rgb, width, height, size, filter) {
  if (height === size) return rgb.slice();
  const { starts, counts, weights, most } = weightsOf(height, size, filter);
  const row = width * BANDS;
  const made = new Uint8ClampedArray(size * row);
  const sums = new Int32Array(row);
  for (let y = 0; y < size; y++) {
    sums.fill(HALF);
    for (let n = 0; n < counts[y]; n++) {
      const weight = weights[most * y + n];
      const from = (starts[y] + n) * row;
      for (let at = 0; at < row; at++) sums[at] += rgb[from + at] * weight;
    }
    for (let at = 0; at < row; at++) made[y * row + at] = sums[at] >> PLACES;
  }
  return new Uint8Array(made.buffer);
}

/**
 * For each of `size` pixels: the first of `length` it is made of, how many, and their weights,
 * `most` apart.
 */
function weightsOf(length, size, filter) {
  const [key, all] = [`${length} ${size}`, known.get(filter)];
  if (!all.has(key)) all.set(key, computedWeights(length, size, filter));
  return all.get(key);
}

function computedWeights(length, size, filter) {
  const scale = length / size;
  const stretch = Math.max(scale, 1); // a wider filter: antialiasing
  const reach = filter.support * stretch;
  const most = 2 * Math.ceil(reach) + 1;
  const [starts, counts] = [new Int32Array(size), new Int32Array(size)];
  const weights = new Int32Array(size * most);
  for (let n = 0; n < size; n++) {
    const centre = (n + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const count = Math.min(length, Math.trunc(centre + reach + 0.5)) - start;
    const inverse = 1 / stretch; // Pillow multiplies by it, which rounds otherwise
    const exact = Array.from({ length: count }, (_, at) =>
      filter.of((at + start - centre + 0.5) * inverse),
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
