// What a test with random cells found, and the sentence to quote.

import { ends, two } from "../own_cells/words.js";
import { el } from "./elements.js";

/** The scores of `compareLabels`, and their sentence. */
export function testScore({ accuracy, balanced_accuracy: balanced, recall }, quote) {
  const interval = (score) => `95 % interval ${ends(score)}`;
  return el("div", {},
    el("p", {}, `The names were right for ${two(accuracy.value)} of them (${interval(accuracy)})`,
      balanced
        ? `; each class counting the same, for ${two(balanced.value)} (${interval(balanced)}).`
        : "."),
    el("ul", {}, recall.map(({ label, right, cells }) =>
      el("li", {}, `${label}: ${right} of ${cells}`))),
    el("div", { class: "box" }, el("strong", {}, "To quote: "), quote));
}
