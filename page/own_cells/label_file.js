// Labels given by hand, as labels.csv: written as the command and the desk do, and found again.

import { presentName } from "../data/class_names.js";
import { toCsv } from "../data/csv.js";
import { quoted, strip, writable } from "../data/plain_text.js";

const HEADER = ["file", "label", "content"];

/**
 * The list labels.csv of entries {file, label, content} in the order of answers, as text; a
 * skipped cell has the label "", and what is there twice is written once. A column `subject` is
 * added only if an entry has one, so that a list that named subjects still does.
 */
export function labelsCsv(entries) {
  const columns = entries.some(({ subject }) => subject) ? [...HEADER, "subject"] : HEADER;
  const field = (entry, column) =>
    column === "file" ? writable(entry.file) : (entry[column] ?? "");
  const rows = entries.map((entry) => columns.map((column) => field(entry, column)));
  const once = new Map(rows.map((row) => [JSON.stringify(row), row]));
  return toCsv([columns, ...once.values()]);
}

/**
 * Which of the page's cells [{file, content, path}] the rows of a list mean: by content, if a row
 * has it (of copies, the one of that name), otherwise by name, if one cell alone has it: its path
 * below the chosen folder, or the end of its path.
 *
 * - `found`: [{cell, label, subject}], `cell` its number, in the list's order, each once.
 * - `others`: the rows of no cell, as they are, to be written again.
 * - `notes`: what to know of them.
 *
 * Throws if a cell, or a content, has two labels in the list, which is called `name`.
 */
export function matchLabels(rows, cells, name) {
  const [same, named] = [byContent(cells), byName(cells)];
  const [found, others, unclear] = [[], [], []];
  let unkeyed = 0;
  for (const row of rows) {
    const alike = named(row.file);
    const copies = same.get(row.content.toLowerCase()) ?? [];
    const fits = row.content ? [copies.find((one) => alike.includes(one)) ?? copies[0]] : alike;
    const [cell] = fits.filter((one) => one !== undefined);
    if (fits.length > 1) unclear.push(`${quoted(row.file)}, which may be` +
      ` ${cells[fits[0]].file} or ${cells[fits[1]].file}: add its folder.`);
    if (cell === undefined || fits.length > 1) others.push(row);
    else {
      found.push({ cell, label: presentName(row.label), subject: row.subject ?? "" });
      if (!row.content) unkeyed += 1;
    }
  }
  const notes = unclear.slice(0, 1).map((which) => `${name} lists ${which}`);
  if (others.length) notes.push(strangers(others, rows, named, name));
  if (unkeyed) notes.push(old(unkeyed, rows, name));
  return { found: once(found, cells, name), others, notes };
}

function strangers(others, rows, named, name) {
  const [first] = others;
  const other = first.content && named(first.file).length ? " (that name has another content)" : "";
  return (
    `${name} labels ${others.length} cells (of ${rows.length}) that are not among these, first` +
    ` ${quoted(first.file)}${other}. Their lines are kept, and are written again when you save.`
  );
}

function old(unkeyed, rows, name) {
  const which = unkeyed === rows.length ? "is an old list, which knows cells" :
    `is partly an old list, which knows ${unkeyed} cells`;
  return (
    `${name} ${which} by their names: make sure that these are the same images. When you save, it` +
    " knows them by content."
  );
}

/** Each cell with its one label; that it was skipped, elsewhere in the list, counts for less. */
function once(found, cells, name) {
  const labelled = new Set(found.filter(({ label }) => label).map(({ cell }) => cell));
  const [kept, labels] = [new Map(), new Map()]; // by cell, by content
  for (const row of found.filter(({ cell, label }) => label || !labelled.has(cell))) {
    const before = kept.get(row.cell);
    if (before && (before.label !== row.label || before.subject !== row.subject)) {
      const said = [before, row].map(({ label, subject }) => strip(`${label} ${subject}`));
      throw new Error(
        `${name} lists ${cells[row.cell].file} as ${said.join(" and as ")}: keep one of the lines.`,
      );
    }
    kept.set(row.cell, row);
    const { content } = cells[row.cell];
    if (row.label) add(labels, content, row);
  }
  refuseContradictions([...labels.values()], cells);
  return [...kept.values()];
}

function refuseContradictions(groups, cells) {
  const listed = groups.flatMap((rows) => {
    const labels = [...new Set(rows.map(({ label }) => label))];
    const files = [...new Set(rows.map(({ cell }) => cells[cell].file))];
    return labels.length > 1 ? [`${files.join(" = ")} (${labels.join(", ")})`] : [];
  });
  if (listed.length) {
    throw new Error(
      `One image must be in one class only, but ${listed.length} are in several, by their` +
        ` content: ${listed.slice(0, 5).join("; ")}${listed.length > 5 ? "; ..." : ""}. Keep each` +
        " in one.",
    );
  }
}

function byContent(cells) {
  const same = new Map();
  cells.forEach(({ content }, cell) => add(same, content, cell));
  return same;
}

function byName(cells) {
  const [below, ends] = [new Map(), new Map()];
  cells.forEach(({ file, path }, cell) => {
    add(below, plain(file), cell);
    const parts = plain(path ?? file).split("/");
    parts.forEach((_, start) => add(ends, parts.slice(start).join("/"), cell));
  });
  return (name) => below.get(plain(name)) ?? ends.get(plain(name)) ?? [];
}

function add(groups, key, value) {
  if (groups.has(key)) groups.get(key).push(value);
  else groups.set(key, [value]);
}

/** A path as lists write it: with / for Windows' \, accents in one form. */
const plain = (path) =>
  strip(writable(path).normalize("NFC").replaceAll("\\", "/")).replace(/^\.\//, "");
