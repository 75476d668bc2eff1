// A field -> the white cells in it, window by window, at the scale of its folder.

import { CELL, find, oneForEach } from "./finder.js";
import { region, tiles } from "./parts.js";
import { rounded } from "./rounding.js";
import { fromLimit } from "./score_limit.js";

const SIDE = 16 * CELL; // of a window, in pixels of the finder's scale
const MARGIN = 2 * CELL; // that windows share, so that each cell is whole in one

/** The windows in which a part of a field is looked at, for cells some `scale` pixels wide. */
export function windows([x, y, width, height], scale) {
  const [side, margin] = [SIDE, MARGIN].map((pixels) => rounded((pixels * scale) / CELL));
  return tiles(width, height, side, margin).map(([left, top, ...size]) =>
    [x + left, y + top, ...size]);
}

/** The cells of a part of a field: `x`, `y` of the centre, `width` in its pixels, `score`. */
export async function findWithin(field, area, scale, network) {
  const [smaller, cells] = [CELL / scale, []];
  for (const window of windows(area, scale)) {
    for (const { x, y, width, score } of await find(region(field, window, smaller), network)) {
      cells.push({
        x: x / smaller + window[0], y: y / smaller + window[1], width: width / smaller, score,
      });
    }
  }
  return oneForEach(cells);
}

/**
 * The boxes of a field's cells from a limit on, which becomes the score .5: squares, less what lies
 * beyond the field {width, height}.
 */
export function boxesOf(cells, limit, field) {
  const side = (middle, wide, end) => {
    const [from, to] = [middle - wide / 2, middle + wide / 2].map((at) =>
      Math.min(Math.max(at, 0), end));
    return [from, to - from];
  };
  return cells.filter(({ score }) => score >= limit).map((cell) => {
    const [x, width] = side(cell.x, cell.width, field.width);
    const [y, height] = side(cell.y, cell.width, field.height);
    return { x, y, width, height, score: fromLimit(cell.score, limit) };
  });
}
