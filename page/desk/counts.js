// How many of each class there are, with the intervals of the true shares.

import { percent } from "../own_cells/words.js";
import { el, svg } from "./elements.js";

/** Bars for rows {label, cells, share, low, high}; low and high may be null. */
export function counts(rows) {
  const most = Math.max(...rows.map((row) => row.high ?? row.share)) || 1;
  const bar = ({ share, low, high }) => {
    const at = (value) => (100 * value) / most;
    const line = low === null ? [] : [svg("path", { d: `M${at(low)} 9H${at(high)}` })];
    const box = { viewBox: "0 0 100 18", preserveAspectRatio: "none", "aria-hidden": "true" };
    return svg("svg", box, svg("rect", { y: 3, width: at(share), height: 12 }), ...line);
  };
  const interval = ({ low, high }) =>
    low === null ? "" : ` (${percent(low)} to ${percent(high)})`;
  const item = (row) =>
    el("li", {}, el("span", {}, el("strong", {}, row.label), `: ${row.cells}`), bar(row),
      el("span", {}, percent(row.share) + interval(row)));
  return el("ul", { class: "bars counted" }, rows.map(item));
}
