// A folder's fields -> the boxes of their white cells, and the cells as files.

import { distinctNames } from "../data/distinct_names.js";
import { boxesOf } from "../fields/finding.js";
import { cellWidth, lookAtScales, otherScales, sampled } from "../fields/folder_scale.js";
import { scoreLimit } from "../fields/score_limit.js";

/**
 * Find the white cells of fields [{path, blob, file}], all at one scale, by a FieldPool.
 *
 * Returns `fields`, those that were read, with their `boxes` and what the worker says of them;
 * `width`, the median cell's; `others`, see `otherScales`; and `leftOut` [{path, why}].
 * `scaling(done, of)` and `finding(done, of)` are called as it goes on; an aborted `signal` ends it
 * with the fields that are done.
 */
export async function findCells(pool, files, { scaling, finding, signal }) {
  const some = sampled(files);
  let found = [];
  const lookAt = async (scale) => {
    found = await pool.map(some, (worker, file) => worker.surest(file, scale), { signal });
    return whole(some, found).map(({ file, width, score }) => ({ field: file, width, score }));
  };
  const looks = await lookAtScales(lookAt, scaling);
  if (signal.aborted) throw new Error("Stopped: no field was searched for cells.");
  if (!looks.length) throw new Error(unread(refused(some, found)));
  const width = cellWidth(looks);
  const scale = Number(width.toFixed(1));
  found = await pool.map(files, (worker, file) => worker.find(file, scale), {
    signal, show: finding,
  });
  const read = whole(files, found);
  const limit = scoreLimit(read.flatMap(({ cells }) => cells.map(({ score }) => score)));
  const fields = read.map((field) => ({ ...field, boxes: boxesOf(field.cells, limit, field) }));
  return { fields, width, others: otherScales(looks, width), leftOut: refused(files, found) };
}

/**
 * The boxes [{field, x, y, width, height}] of fields [{path, blob, file, subject}] as files of
 * cells [{path, blob, file, subject}], `side` pixels wide and called as `bloodshot crop` calls
 * them.
 */
export async function cutCells(pool, fields, boxes, side, { show, signal }) {
  const places = placesOf(fields);
  const wanted = fields.map(({ file }) => boxes.filter(({ field }) => field === file).sort(
    (one, other) => one.y - other.y || one.x - other.x));
  const cut = await pool.map([...fields.keys()], (worker, n) =>
    worker.cut(fields[n], wanted[n], side), { signal, show });
  const gone = refused(fields, cut);
  if (gone.length) throw new Error(unread(gone));
  return cut.flatMap(({ crops }, n) => crops.map((blob, number) => {
    const file = `${places[n]}_${number}.png`;
    return { path: file, blob, file, subject: fields[n].subject };
  }));
}

/** Where each field's crops go, but for number and suffix: its own name decides. */
export function placesOf(fields) {
  const subjects = [...new Set(fields.map(({ subject }) => subject))];
  const folders = distinctNames(subjects);
  const places = new Map();
  subjects.forEach((subject, n) => {
    const own = fields.filter((field) => field.subject === subject);
    const names = distinctNames(own.map(({ file }) => file.split("/").at(-1)));
    const above = subject ? `${folders[n]}/` : "";
    own.forEach(({ file }, place) => places.set(file, above + names[place]));
  });
  return fields.map(({ file }) => places.get(file));
}

const whole = (files, found) =>
  found.map((each, n) => ({ ...files[n], ...each })).filter(({ why }) => !why);

const refused = (files, found) =>
  found.flatMap(({ why }, n) => (why ? [{ path: files[n].path, why }] : []));

const unread = (leftOut) => ["Fields could not be read.",
  ...leftOut.slice(0, 3).map(({ path, why }) => `${path}: ${why}`)].join(" ");
