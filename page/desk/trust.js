// How far to trust the names: the accuracy to expect, and what is taken for what.

import { ends, fixed, two } from "../own_cells/words.js";
import { el } from "./elements.js";

/** What `expected` says in words, with the sentence to quote; or why nothing can be said. */
export function trust({ expected, confusion, basis, unjudged, whyNot }, quote) {
  if (whyNot) return el("div", { class: "box warn" }, `No accuracy can be stated: ${whyNot}`);
  const [now, twice] = expected;
  return el("div", {},
    el("p", {}, `With ${fixed(now.per_class, 0)} labelled cells per class on average, expect a `,
      "balanced accuracy of ", el("strong", {}, two(now.balanced_accuracy)),
      ` (95 % interval ${ends(now)}): the share of cells that get the right name, `,
      "each class counting the same. With twice as many labels, about ",
      `${two(twice.balanced_accuracy)} (${ends(twice)}).`),
    el("p", {}, `${basis} The estimate holds for further cells of these classes, from this `,
      "microscope, labelled in the same way."),
    unjudged.length
      ? el("p", {}, `Label a second cell of ${unjudged.join(" and of ")}: one alone does not say `,
          "how well others will be recognised.")
      : null,
    el("div", { class: "box" }, el("strong", {}, "To quote: "), quote),
    takenFor(confusion));
}

/** Of 100 cells of each class, how many get which name. */
function takenFor(confusion) {
  const names = [...new Set(confusion.map((pair) => pair.label))];
  const share = new Map(confusion.map((pair) => [`${pair.label}\n${pair.predicted}`, pair.share]));
  const cell = (label, predicted) => {
    const value = share.get(`${label}\n${predicted}`);
    const text = value === null ? "" : String(Math.round(100 * value));
    const kind = label === predicted ? "right" : "wrong";
    return el("td", { class: kind, style: `--share: ${value ?? 0}` }, text);
  };
  return el("div", { class: "scrolled", tabindex: "0" },
    el("table", { class: "matrix shaded" },
      el("caption", {}, "Of 100 cells of each class (rows), how many get which name (columns)"),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "class"),
        names.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, names.map((label) => el("tr", {}, el("th", { scope: "row" }, label),
        names.map((predicted) => cell(label, predicted)))))));
}
