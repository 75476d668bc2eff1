// Boxes of cells in fields, as boxes.csv: the list that `bloodshot crop --boxes` reads.

import { toCsv } from "../data/csv.js";

const COLUMNS = ["field", "x", "y", "width", "height", "score"];

/** The text of a list of boxes {field, x, y, width, height, score}; a score of null is empty. */
export const boxesCsv = (boxes) =>
  toCsv([COLUMNS, ...boxes.map((box) => COLUMNS.map((column) => box[column] ?? ""))]);
