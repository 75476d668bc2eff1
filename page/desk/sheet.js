// Many cells side by side; each can be chosen.

import { el } from "./elements.js";
import { picture } from "./pictures.js";

const MORE = 200;

/**
 * A sheet of the cells `rows`, `first` of them and more on demand. `shown(row)` gives {picture,
 * name, caption}; `choose(row, rows)` is called for the one that is selected, if given. `opened`,
 * a Map, remembers under `key` how many were shown when the sheet is made anew.
 */
export function sheet(rows, shown, { first, key, opened, choose }) {
  const list = el("ul", { class: "sheet" });
  const made = (row) =>
    tile({ ...shown(row), number: row }, choose ? () => choose(row, rows) : null);
  let end = 0;
  const add = (n) => {
    list.append(...rows.slice(end, end + n).map(made));
    end = Math.min(end + n, rows.length);
    if (end > first) opened?.set(key, end);
    more.textContent = `Show ${Math.min(MORE, rows.length - end)} more of ${rows.length}`;
    more.hidden = end >= rows.length;
  };
  const more = el("button", { type: "button", class: "more", onclick: () => add(MORE) });
  add(Math.max(first, opened?.get(key) ?? 0));
  return el("div", {}, list, choose ? more : null);
}

/** One cell of a sheet; `choose()` is what selecting it does, null if nothing. */
export function tile({ picture: of, name, caption, number, words = caption }, choose) {
  const size = { loading: "lazy", width: 76, height: 76 };
  const inside = choose
    ? el("button", {
        type: "button", title: name, "data-cell": number, "aria-label": `Enlarge ${name}: ${words}`,
        onclick: choose,
      }, picture(of, size))
    : picture(of, { ...size, alt: name });
  return el("li", {}, inside, caption);
}
