// Cells that lie on a page before its script begins: they enlarge, and show what they were named.

import { el } from "./elements.js";

/**
 * Make the tiles of `.sheet` lists enlarge: `show(number, {image, previous, next, back})` gets a
 * cell's number, its larger picture, if it has one, and the ways to its neighbours.
 */
export function enlargeTiles(show) {
  const open = (tile) => {
    const tiles = [...tile.closest(".sheet").querySelectorAll("button")];
    const way = (step) => {
      const other = tiles[tiles.indexOf(tile) + step];
      return other ? () => open(other) : null;
    };
    show(Number(tile.dataset.cell), {
      image: tile.querySelector("img")?.src,
      previous: way(-1),
      next: way(1),
      back: () => tile.focus(),
    });
  };
  document.addEventListener("click", (event) => {
    const tile = event.target.closest(".sheet button");
    if (tile) open(tile);
  });
}

/** Write below each tile what `said(number)` gives: a few words, or "". */
export function markTiles(said) {
  for (const tile of document.querySelectorAll(".sheet button")) {
    const words = said(Number(tile.dataset.cell));
    const item = tile.parentElement;
    item.classList.toggle("marked", words !== "");
    item.querySelector(".mark")?.remove();
    if (words) tile.after(el("span", { class: "mark" }, words));
  }
}
