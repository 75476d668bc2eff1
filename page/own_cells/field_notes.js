// What looks wrong with the boxes of a folder's fields, in sentences.

import { quantiles } from "../fewshot/statistics.js";

const FEW = 3; // fields: in fewer, the same place may be chance
const SHARE = 0.2; // of all fields
const SAME = 0.2; // of a cell's width
const [MIDDLE, MOST] = [0.15, 0.8]; // of a field's side; of the fields
const LISTED = 3;

const middleOf = ({ x, y, width, height }) => [x + width / 2, y + height / 2];

/** Throw if the fields, as `findCells` has them, are images of single cells, `side` px in crops. */
export function refuseSingleCells(fields, side) {
  const central = fields.filter(({ width, height, boxes }) => {
    const [x, y] = boxes.length === 1 ? middleOf(boxes[0]) : [NaN, NaN];
    const near = [x / width, y / height].every((share) => Math.abs(share - 0.5) < MIDDLE);
    return near && side > Math.min(width, height) / 2;
  });
  if (fields.length < FEW || central.length < MOST * fields.length) return;
  throw new Error(
    `${central.length} of these ${fields.length} images have one cell, large and in the middle:` +
      " they are images of single cells already. Choose “single cells”, and drop them again.",
  );
}

/** Sentences about crops at one place, crops too large, and fields of another magnification. */
export function notesOn(fields, side, width, others) {
  const notes = [];
  if (others.size) {
    const all = Array.from(others, ([field, wide]) => `${field} (${wide.toFixed(0)} px)`);
    const more = all.length > LISTED ? ` and ${all.length - LISTED} more` : "";
    notes.push(
      `In most fields cells are about ${width.toFixed(0)} px wide, but not in ` +
        `${all.slice(0, LISTED).join(", ")}${more}: put fields of another magnification into a` +
        " folder of their own.",
    );
  }
  const large = fields.filter((field) => side > Math.min(field.width, field.height) / 2);
  if (large.length) {
    notes.push(
      `A crop (${side} px) is wider than half of ${large.length} fields, first ${large[0].file}:` +
        " check that the cells that were found are cells; if not, pass the width of one in pixels" +
        " to bloodshot crop, as --width.",
    );
  }
  const same = samePlace(fields);
  if (same) {
    notes.push(
      `In ${same.fields} of ${fields.length} fields something was found at the same place,` +
        ` x ${same.x.toFixed(0)}, y ${same.y.toFixed(0)}: probably dirt or a light spot, not a` +
        " cell. Drop it.",
    );
  }
  return notes;
}

/** The place {x, y} at which a box lies in most `fields`, if in too many to be chance. */
function samePlace(fields) {
  const all = fields.flatMap(({ boxes }, field) =>
    boxes.map((box) => ({ field, width: box.width, middle: middleOf(box) })));
  const near = SAME * quantiles(all.map(({ width }) => width), [0.5])[0];
  let most = { fields: 0 };
  for (const { middle: [x, y] } of all) {
    const there = all.filter(({ middle }) => Math.hypot(middle[0] - x, middle[1] - y) <= near);
    const count = new Set(there.map(({ field }) => field)).size;
    if (count > most.fields) most = { x, y, fields: count };
  }
  return most.fields < Math.max(FEW, SHARE * fields.length) ? null : most;
}
