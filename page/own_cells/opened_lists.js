// Lists of labels and sessions that a person opened, and the cells that they are about.

import { parseLabels } from "../data/label_lists.js";
import { matchLabels } from "./label_file.js";
import { RandomTest } from "./random_test.js";
import { readSession } from "./session.js";
import { many } from "./words.js";

export const KEPT = "this browser";

/**
 * What files of labels say: `found`, [{name, rows, classes, handful}], and `notes`, where files
 * that are no lists of labels, such as cells.csv, are named.
 */
export async function openedLists({ lists, sessions }, weights) {
  const found = [];
  const notes = [];
  for (const { path, blob } of lists) {
    try {
      const { rows, notes: more } = parseLabels(new Uint8Array(await blob.arrayBuffer()), path);
      found.push({ name: path, rows, classes: [], handful: null });
      notes.push(...more, ...subjectsNote(path, rows));
    } catch (error) {
      notes.push(error.message);
    }
  }
  for (const { path, blob } of sessions) {
    const state = readSession(await blob.text(), weights);
    found.push(ofState(path, state));
    notes.push(...state.notes);
  }
  return { found, notes };
}

const subjectsNote = (name, rows) =>
  rows.some(({ subject }) => subject)
    ? [`${name} names subjects, which this page takes from folders only: they are not used.`]
    : [];

/** A session, or what the browser kept, as one of `openedLists`. */
export const ofState = (name, { labels, classes, handful }) =>
  ({ name, rows: labels, classes: classes.map((each) => each.name), handful });

/** Give a work the answers of what was opened; returns what to know of it. */
export async function adopt(work, opened) {
  const notes = [];
  for (const { name, rows, classes, handful } of opened) {
    const { found, others, notes: more } = matchLabels(rows, work.cells, name);
    (name === KEPT ? work.kept : work.elsewhere).push(...others);
    if (name === KEPT && !found.length) continue; // it was about other cells
    for (const each of classes) if (!work.classes.includes(each)) work.addClass(each);
    await work.adopt(found.map(({ cell, label }) => [cell, label]));
    if (handful) work.resumeTest(matched(handful, work.cells));
    const labelled = found.filter(({ label }) => label).length;
    notes.push(`${many(labelled, "label")} in ${name} belong to these cells.`);
    if (name !== KEPT) notes.push(...more);
  }
  return notes;
}

/** A test with those of its cells that are here. */
function matched(handful, cells) {
  const rows = new Map(cells.map(({ content, row }) => [content, row]).reverse());
  const here = handful.filter(({ content }) => rows.has(content));
  const named = here.filter(({ label }) => label !== null);
  const row = ({ content }) => rows.get(content);
  return new RandomTest(here.map(row), named.map((cell) => [row(cell), cell.label]));
}
