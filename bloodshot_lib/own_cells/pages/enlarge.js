// Cells enlarge on a click or a key; a sheet shows all of its cells if it is asked to.
const cellData = document.getElementById("cells");
const cells = cellData && JSON.parse(cellData.textContent);

// The small picture of cell n, cut out of the sheet that holds it by the page's style.
const small = (n) => {
  const node = document.createElement("span"), { columns, rows } = cells.sheets, place = n % (columns * rows);
  node.className = `small s${Math.floor(n / (columns * rows))}`;
  node.style.backgroundPosition = `${(place % columns) / (columns - 1) * 100}% ${Math.floor(place / columns) / (rows - 1) * 100}%`;
  return node;
};
const certainty = (n) => cells.certainty[n].toFixed(2);
const words = (n) => {
  const name = cells.classes[cells.class[n]], mark = cells.marks[n] && ` (${cells.marks[n]})`;
  if (cells.marks[n].startsWith("labelled")) return name + mark;
  const other = cells.other[n] < 0 ? "" : `, else ${cells.classes[cells.other[n]]}`;
  return `${name}, certainty ${certainty(n)}${other}${mark}`;
};

{
  const dialog = document.getElementById("large"), part = (name) => document.getElementById(`large-${name}`);
  let now;
  const show = (tile) => {
    now = tile;
    const n = cells ? Number(tile.dataset.cell) : -1;
    part("picture").replaceChildren(tile.firstElementChild.cloneNode(true));
    part("name").textContent = tile.title;
    part("words").textContent = tile.dataset.words || words(n);
    part("near").replaceChildren(...(n < 0 || !cells.near[n].length ? [] : [
      Object.assign(document.createElement("div"), { textContent: "The labelled cells that it resembles most:", style: "width: 100%" }),
      ...cells.near[n].map((other) => {
        const figure = document.createElement("figure");
        figure.append(small(other), cells.classes[cells.class[other]]);
        return figure;
      })]));
    if (!dialog.open) dialog.showModal();
  };
  document.addEventListener("click", (event) => {
    const tile = event.target.closest(".sheet button");
    if (tile) show(tile);
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const tiles = step ? [...now.closest(".sheet").querySelectorAll("button")] : [];
    const next = tiles[tiles.indexOf(now) + step];
    if (next) show(next);
  });
  dialog.addEventListener("close", () => now.focus());

  const tile = (n) => {
    const item = document.createElement("li"), button = document.createElement("button"), name = document.createElement("span");
    button.type = "button";
    button.dataset.cell = n;
    button.title = cells.file[n];
    button.setAttribute("aria-label", `Enlarge ${cells.file[n]}: ${words(n)}`);
    button.append(small(n));
    name.className = "name soft";
    name.textContent = cells.file[n];
    item.append(button, certainty(n), name);
    return item;
  };
  for (const more of document.querySelectorAll("button.more")) {
    const sheet = more.closest("section, div").querySelector(".sheet"), some = [...sheet.children], asked = more.textContent;
    more.addEventListener("click", () => {
      const all = more.getAttribute("aria-expanded") === "false";
      sheet.replaceChildren(...(all ? JSON.parse(sheet.dataset.cells).map(tile) : some));
      more.setAttribute("aria-expanded", all);
      more.textContent = all ? `Show ${some.length} again` : asked;
    });
  }
}
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
