// In which order fields are looked through.

import { byCodePoint } from "../data/plain_text.js";
import { el } from "./elements.js";

// a field without a box may hide a cell; one whose boxes a person drew hides none
const doubt = ({ cells, least }) => least ?? (cells ? 3 : 2);

/** Ways to sort views {name, cells, least}; `least` is the lowest score, null without any. */
export const ORDERS = new Map([
  ["the least sure first", (a, b) => doubt(a) - doubt(b)],
  ["by name", (a, b) => byCodePoint(a.name, b.name)],
  ["most cells first", (a, b) => b.cells - a.cells],
  ["without a cell first", (a, b) => (a.cells > 0) - (b.cells > 0)],
]);

/**
 * Buttons that put the figures of `views`, made by `fieldView`, in these orders into `list`; it
 * begins in the first. They are sorted as they are now: none moves while it is looked at.
 */
export function orderButtons(list, views) {
  const buttons = [...ORDERS.keys()].map((name) =>
    el("button", { type: "button", class: "choice", onclick: () => sort(name) }, name));
  const sort = (name) => {
    const known = views.map((view) => ({ ...view.counts(), figure: view.figure }));
    list.append(...known.sort(ORDERS.get(name)).map(({ figure }) => figure));
    for (const each of buttons) each.ariaPressed = String(each.textContent === name);
  };
  sort(ORDERS.keys().next().value);
  return buttons;
}
