// How wide the cells of a folder's fields are: one microscope has one scale, which is looked for.

import { findWithin } from "./finding.js";
import { region, tiles } from "./parts.js";

const SAMPLED = 10; // fields that are looked at on every scale
// of cells, in pixels, half an octave apart, widest first
const WIDTHS = Array.from({ length: 9 }, (_, step) => 724 * 2 ** (-step / 2));
const NEAR = 0.5; // octaves: on its own scale a cell is as wide as the scale says
const CELLS = 0.15; // worth of a scale, for each field, from which on there are cells
const [WORTH, WORSE] = [0.75, 2]; // so many narrower scales worth less than this end the search
const PART = 2048; // pixels a side, of the parts of a large field that stand for it
const [PARTS, OVERVIEW] = [4, 1 / 16];
const SURE = 0.6; // a score of a cell whose width counts by itself
const OTHER = 1; // octaves between two magnifications

const worthOf = (looks) => looks.reduce((sum, { score }) => sum + score ** 2, 0);

/** Some of a folder's fields, evenly spread. */
export function sampled(fields) {
  const step = Math.max(1, Math.ceil(fields.length / SAMPLED));
  return fields.filter((_, place) => place % step === 0);
}

/**
 * The surest cell of each field on each scale: [{field, scale, width, score}].
 *
 * `lookAt(scale)` gives the surest of all fields, [{field, width, score}]; `show(done, of)` is
 * called as it goes on. Scales are tried from the widest cells down, which is quick, until narrower
 * ones find less.
 */
export async function lookAtScales(lookAt, show) {
  const [looks, worth] = [[], []];
  for (const [place, scale] of WIDTHS.entries()) {
    const surest = await lookAt(scale);
    looks.push(...surest.map((each) => ({ ...each, scale })));
    show(place + 1, WIDTHS.length);
    worth.push(worthOf(surest));
    const most = Math.max(...worth);
    const less = Math.max(...worth.slice(-WORSE)) < WORTH * most;
    if (most >= CELLS * surest.length && less) break;
  }
  return looks;
}

/** The width, in pixels, of the median cell on the scale on which cells are surest. */
export function cellWidth(looks) {
  const scales = [...new Set(looks.map(({ scale }) => scale))].sort((a, b) => a - b);
  const worth = scales.map((scale) => worthOf(looks.filter((look) => look.scale === scale)));
  if (!worth.some(Boolean)) return scales.at(-1); // any will do
  const best = scales[worth.indexOf(Math.max(...worth))];
  const votes = looks.filter(({ scale }) => scale === best).flatMap(({ width, score }) =>
    Array(Math.trunc(score * 100)).fill(width)).sort((a, b) => a - b);
  const [low, high] = [Math.floor, Math.ceil].map((to) => votes[to((votes.length - 1) / 2)]);
  return (low + high) / 2;
}

/** The fields whose sure cells are of another magnification, and how wide they are: a Map. */
export function otherScales(looks, width) {
  const best = new Map();
  for (const look of looks) {
    if (!(look.score <= best.get(look.field)?.score)) best.set(look.field, look);
  }
  const others = [...best.values()].filter((look) =>
    look.score >= SURE && Math.abs(Math.log2(look.width / width)) > OTHER);
  return new Map(others.map((look) => [look.field, look.width]));
}

/** The surest cell of one field on a scale: {width, score}, the score 0 if there is none. */
export async function surest(field, scale, network) {
  let best = { width: scale, score: 0 };
  for (const part of parts(field)) {
    for (const { width, score } of await findWithin(field, part, scale, network)) {
      const near = Math.abs(Math.log2(width / scale)) < NEAR;
      if (near && score > best.score) best = { width, score };
    }
  }
  return best;
}

/** The whole field, or of a large one the parts in which most is to be seen. */
function parts(field) {
  const { width, height } = field;
  if (Math.max(width, height) <= 2 * PART) return [[0, 0, width, height]];
  const seen = tiles(width, height, PART, 0).map((window) =>
    ({ window, spread: spread(region(field, window, OVERVIEW).rgb) }));
  return seen.sort((a, b) => a.spread - b.spread).slice(-PARTS).map(({ window }) => window);
}

/** The standard deviations of three colours, summed. */
function spread(rgb) {
  const of = (band) => {
    const values = rgb.filter((_, at) => at % 3 === band);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return Math.sqrt(squares / values.length);
  };
  return of(0) + of(1) + of(2);
}
