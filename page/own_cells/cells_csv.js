// The list cells.csv of a result, byte for byte as `bloodshot classify` writes it.

import { toCsv } from "../data/csv.js";
import { fixed } from "./words.js";

const COLUMNS = [
  "file", "subject", "predicted", "certainty", "runner_up", "unlike", "unlikeness", "nearest",
  "labelled", "differs", "content",
];

/**
 * The text of cells.csv, a row for each cell, whose properties are called as the columns: `file`,
 * `subject` (the column is left out if nobody is named), `predicted`, `certainty`, `runner_up`,
 * `unlike`, `unlikeness`, `nearest` (an array of files), `labelled`, `differs`, `content`.
 */
export function cellsCsv(cells) {
  const named = cells.some(({ subject }) => subject);
  const columns = COLUMNS.filter((column) => column !== "subject" || named);
  return toCsv([columns, ...cells.map((cell) => columns.map((column) => field(cell[column])))]);
}

function field(value) {
  if (typeof value === "number") return Number.isNaN(value) ? "" : fixed(value, 3);
  if (typeof value === "boolean") return value ? "True" : "False";
  return Array.isArray(value) ? value.join(" | ") : (value ?? "");
}
