// Lists of labels, as desks and spreadsheets write them: CSV, a row for each image.

import { classNames } from "./class_names.js";
import { parseCsv, separatorOf, textOf } from "./csv.js";
import { casefold, filledLines, quoted, strip } from "./plain_text.js";

const NEEDED = ["file", "label"];
const MORE = ["subject", "content"];
const isAscii = (text) => /^[\0-\x7f]*$/.test(text);

/**
 * The rows {file, label, subject, content} of a list, as text, and `notes` of what to know.
 *
 * The first line names the columns, in any case and order; others are ignored; `subject` and
 * `content` are "" if absent. Rows without a file are dropped. `name` is the list's, for notes
 * and errors. Throws for anything that is no such list, and for labels that are no `className`.
 */
export function parseLabels(bytes, name) {
  const { text, guessed } = textOf(bytes);
  const listed = parseList(text, name);
  const rows = listed.filter(({ file }) => file !== "");
  const labels = [...new Set(rows.map(({ label }) => label))].filter(Boolean);
  const odd = labels.filter((label) => !isAscii(label));
  const { names, notes } = classNames(labels, name);
  if (odd.length && guessed) {
    notes.unshift(
      `${name} is not UTF-8, so it was read as Windows-1252, with the labels ${odd.join(", ")}.` +
        " If they are spelt otherwise, save it as 'CSV UTF-8'.",
    );
  }
  const nameless = listed.filter(({ file, label }) => file === "" && label !== "").length;
  if (nameless) notes.push(`${name} has ${nameless} labels without a file, which were left out.`);
  const called = new Map(labels.map((label, place) => [label, names[place]]));
  return { rows: rows.map((row) => ({ ...row, label: called.get(row.label) ?? "" })), notes };
}

function parseList(text, name) {
  const [first = ""] = filledLines(text);
  const [header = [], ...rows] = fieldsOf(text, name);
  const titles = header.map(casefold);
  const times = (column) => titles.filter((title) => title === column).length;
  const lacking = NEEDED.some((column) => times(column) === 0);
  if (lacking || [...NEEDED, ...MORE].some((column) => times(column) > 1)) {
    throw new Error(
      `${name} is no such list: its first line must be ${NEEDED.join(",")} (or more, each once,` +
        ` in any order), but was ${quoted(Array.from(first).slice(0, 80).join(""))}.`,
    );
  }
  const width = first.split(separatorOf(text)).length;
  const odd = rows.find((row) => row.slice(width).some((field) => field !== ""));
  if (odd) {
    throw new Error(
      `${name}: the line of ${quoted(odd[0])} has more fields than the first: put what holds a` +
        " comma into quotation marks.",
    );
  }
  const field = (row, column) => row[titles.indexOf(column)] ?? "";
  return rows.map((row) =>
    Object.fromEntries([...NEEDED, ...MORE].map((column) => [column, field(row, column)])));
}

function fieldsOf(text, name) {
  try {
    return parseCsv(text).map((row) => row.map(strip));
  } catch (error) {
    throw new Error(`${name}: ${error.message}. Save it as CSV again.`, { cause: error });
  }
}
