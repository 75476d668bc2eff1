// Cells that look alike lie close together: two of the many dimensions, one dot a cell.

import { percent } from "../own_cells/words.js";
import { el, svg } from "./elements.js";
import { picture } from "./pictures.js";

const WIDTH = 100;
const HEIGHT = 70;
const COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"];
// whether another dot, so far to the right and down, lies on this side
const SIDES = {
  ArrowRight: (x, y) => x > Math.abs(y), ArrowLeft: (x, y) => -x > Math.abs(y),
  ArrowDown: (x, y) => y > Math.abs(x), ArrowUp: (x, y) => -y > Math.abs(x),
};

/**
 * A map of {row, x, y, share, all}, coordinates 0 to 1; `all` is false if only some of the new
 * cells are on it. `seen(row)` gives {place, labelled, name, picture}, `place` its class's in the
 * list. Pointer and arrow keys show a cell; a click or Enter calls `choose(row)`. Without
 * `choose` it is a drawing.
 */
export function map({ row, x, y, share, all = true }, classes, seen, choose) {
  const at = row.map((_, n) => [x[n] * WIDTH, y[n] * HEIGHT]);
  const cells = row.map((each, n) => [at[n], seen(each)]);
  const above = [...cells].sort(([, one], [, other]) => one.labelled - other.labelled);
  const box = { viewBox: `-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`, "aria-label": "Map of the cells" };
  const drawing = svg("svg", { ...box, role: "img" }, above.map((each) => dot(...each)));
  const key = el("ul", { class: "key" }, classes.map((name, place) =>
    el("li", {}, svg("svg", { viewBox: "0 0 4 4", "aria-hidden": "true" }, mark(place, 2, 2, 1.4)),
      ` ${name}`)));
  const text = "Cells that look alike lie close together, as far as a flat map can show it (it " +
    `shows ${percent(share)} of the differences). Labelled cells are large` +
    `${all ? "" : "; only some of the new ones are on it"}. `;
  const ways = "Point at a dot, tap it, or select the map and press the arrow keys; a click or " +
    "Enter enlarges the cell.";
  const cell = el("div", { id: "cell", role: "status" }, "Point at a dot to see its cell.");
  if (choose) {
    drawing.setAttribute("role", "application");
    drawing.setAttribute("aria-label", "Map of the cells; the arrow keys go from cell to cell");
    drawing.setAttribute("tabindex", "0");
    const show = (n) => {
      const { name, picture: of } = seen(row[n]);
      cell.replaceChildren(of ? picture(of, { width: 80, height: 80 }) : "", el("span", {}, name));
    };
    explore(drawing, at, show, (n) => choose(row[n]));
  }
  return el("div", {}, el("p", {}, text, choose ? ways : ""),
    el("div", { id: "map" }, drawing), choose ? cell : null, key);
}

function dot(at, { place, labelled, name }) {
  const node = mark(place, ...at, labelled ? 1.3 : 0.7);
  const look = labelled ? { stroke: "#000", "stroke-width": 0.3 } : { opacity: 0.75 };
  for (const [key, value] of Object.entries(look)) node.setAttribute(key, value);
  node.append(svg("title", {}, name));
  return node;
}

/** The mark of a class: six colours, in three shapes. */
function mark(place, x, y, r) {
  const fill = COLOURS[place % COLOURS.length];
  const kind = Math.floor(place / COLOURS.length) % 3;
  if (kind === 0) return svg("circle", { cx: x, cy: y, r, fill });
  if (kind === 1) return svg("rect", { x: x - r, y: y - r, width: 2 * r, height: 2 * r, fill });
  return svg("path", { d: `M${x} ${y - 1.3 * r}l${1.3 * r} ${2.4 * r}h${-2.6 * r}z`, fill });
}

/** Let pointer and keys go from dot to dot, with a ring around the one that is shown. */
function explore(drawing, at, show, choose) {
  const look = { r: 2, fill: "none", stroke: "currentColor", "stroke-width": 0.5 };
  const ring = svg("circle", { ...look, visibility: "hidden" });
  drawing.append(ring);
  let now = 0;
  const go = (n) => {
    now = n;
    show(n);
    ring.setAttribute("cx", at[n][0]);
    ring.setAttribute("cy", at[n][1]);
    ring.setAttribute("visibility", "visible");
  };
  const nearest = (x, y, allowed = () => true) => {
    let [best, least] = [-1, Infinity];
    at.forEach(([a, b], n) => {
      const far = (a - x) ** 2 + (b - y) ** 2;
      if (far < least && allowed(a - x, b - y, n)) [best, least] = [n, far];
    });
    return best;
  };
  const point = ({ clientX, clientY }) => {
    const inside = new DOMPoint(clientX, clientY).matrixTransform(drawing.getScreenCTM().inverse());
    go(nearest(inside.x, inside.y));
  };
  drawing.addEventListener("pointermove", point);
  drawing.addEventListener("pointerdown", point);
  drawing.addEventListener("click", () => choose(now));
  drawing.addEventListener("keydown", (event) => {
    const side = SIDES[event.key];
    if (event.key === "Enter") choose(now);
    else if (!side) return;
    event.preventDefault();
    const next = side ? nearest(...at[now], (x, y, n) => n !== now && side(x, y)) : -1;
    if (next >= 0) go(next);
  });
}
