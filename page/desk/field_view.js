// A field, or a part of one, with its boxes over the picture; a click drops one or adds one.

import { cells, two } from "../own_cells/words.js";
import { el } from "./elements.js";

/**
 * Show boxes over a figure of the page. Its `data-view` is {field, x, y, scale, width, height,
 * boxes}: where the picture begins in the field, its pixels for each of the field's, and the
 * field's size. Scores from `limit` on are sure; a new box is `median` wide.
 *
 * Returns its `figure`, its `field`, `draw()`, and `counts()`: {name, cells, least, dropped}.
 */
export function fieldView(figure, boxes, { limit, median }) {
  const view = JSON.parse(figure.dataset.view);
  const [picture, caption] = figure.children;
  const [width, height] = ["width", "height"].map((of) =>
    picture.querySelector("img").getAttribute(of) / view.scale);
  const isPart = width < view.width - 1 || height < view.height - 1; // sizes were rounded
  const name = view.field + (isPart ? ` at ${Math.round(view.x)}, ${Math.round(view.y)}` : "");
  const buttons = new Map();
  boxes.put(view.field, view.boxes);

  const inside = () => boxes.of(view.field).filter((box) =>
    box.x < view.x + width && box.x + box.width > view.x &&
    box.y < view.y + height && box.y + box.height > view.y);

  function made(box) {
    const [left, wide] = [box.x - view.x, box.width].map((part) => (100 * part) / width);
    const [top, high] = [box.y - view.y, box.height].map((part) => (100 * part) / height);
    const style = `left: ${left}%; top: ${top}%; width: ${wide}%; height: ${high}%`;
    return el("button", { type: "button", style, onclick: () => boxes.toggle(box) });
  }

  function draw() {
    const shown = inside();
    for (const [box, button] of buttons) { // those that were added, and undone
      if (!shown.includes(box) && buttons.delete(box)) button.remove();
    }
    shown.forEach((box, n) => {
      if (!buttons.has(box)) picture.append(buttons.set(box, made(box)).get(box));
      const [button, place] = [buttons.get(box), `box ${n + 1} of ${shown.length}`];
      const score = box.score === null ? "no score" : `score ${two(box.score)}`;
      button.className = `${kind(box, limit)}${box.dropped ? " dropped" : ""}`;
      button.ariaLabel = `${box.dropped ? `take ${place} back` : `drop ${place}`}, ${score}`;
      button.title = score;
    });
    caption.replaceChildren(el("strong", {}, name), ` ${words(counts())}`);
  }

  function counts() {
    const shown = inside();
    const left = shown.filter(({ dropped }) => !dropped);
    const scores = left.map(({ score }) => score).filter((score) => score !== null);
    const least = scores.length ? Math.min(...scores) : null;
    return { name, cells: left.length, least, dropped: shown.length - left.length };
  }

  picture.addEventListener("click", ({ target, clientX, clientY }) => {
    if (target.closest("button")) return;
    const seen = picture.getBoundingClientRect();
    const x = view.x + ((clientX - seen.left) / seen.width) * width;
    const y = view.y + ((clientY - seen.top) / seen.height) * height;
    boxes.add(view.field, [x, y], median, [view.width, view.height]);
  });
  return { figure, field: view.field, draw, counts };
}

const kind = ({ score }, limit) =>
  score === null ? "drawn" : score < limit ? "doubtful" : "sure";

const words = ({ cells: n, least, dropped }) =>
  [n ? cells(n) : "no cell", dropped && `${dropped} dropped`,
    least !== null && `least sure ${two(least)}`].filter(Boolean).join(", ");
