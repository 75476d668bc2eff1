// In which order fields are looked through.

import { byCodePoint } from "../data/plain_text.js";

// a field without a box may hide a cell; one whose boxes a person drew hides none
const doubt = ({ cells, least }) => least ?? (cells ? 3 : 2);

/** Ways to sort views {name, cells, least}; `least` is the lowest score, null without any. */
export const ORDERS = new Map([
  ["the least sure first", (a, b) => doubt(a) - doubt(b)],
  ["by name", (a, b) => byCodePoint(a.name, b.name)],
  ["most cells first", (a, b) => b.cells - a.cells],
  ["without a cell first", (a, b) => (a.cells > 0) - (b.cells > 0)],
]);
