// A cell's picture: an image of its own, or its place in a sheet of many small ones.

import { el } from "./elements.js";

/** A picture as an element: `of` is an address, or what `placeIn` gives; `alt` is for readers. */
export function picture(of, { alt = "", ...properties } = {}) {
  if (typeof of === "string") return el("img", { ...properties, src: of, alt });
  const seen = alt ? { role: "img", "aria-label": alt } : { "aria-hidden": "true" };
  return el("span", {
    ...seen, class: `small s${of.sheet}`, style: `background-position: ${of.x}% ${of.y}%`,
  });
}

/** Where cell `n` lies in sheets of `columns` times `rows`, as the page's style cuts it out. */
export function placeIn({ columns, rows }, n) {
  const place = n % (columns * rows);
  return {
    sheet: Math.floor(n / (columns * rows)),
    x: (100 * (place % columns)) / (columns - 1),
    y: (100 * Math.floor(place / columns)) / (rows - 1),
  };
}
