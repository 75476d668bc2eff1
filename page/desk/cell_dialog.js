// One cell, enlarged, with its verdict; its name can be corrected here.

import { classButtons, newClass } from "./class_buttons.js";
import { isTyped, meaning } from "./class_keys.js";
import { el } from "./elements.js";
import { picture } from "./pictures.js";

/**
 * A dialog: `element`, `open(cell)`, which may be called again to show another, and `close()`.
 *
 * - `picture`, `name`, `said`: the cell, and sentences about it.
 * - `near`: [{picture, name, caption}], labelled cells that are like it.
 * - `classes`, `chosen`, `correct(class)`, `add(name)`: names that it can get, and that it has.
 * - `others`: further buttons [[text, act], ...].
 * - `previous()`, `next()`: go to its neighbours, null at an end. `back()`: after it was closed.
 */
export function cellDialog() {
  let shown = null;
  const inside = el("div", { class: "inside" });
  const button = (text, onclick, more) => el("button", { type: "button", onclick, ...more }, text);
  const step = (text, which) => button(text, () => shown[which]());
  const leave = () => {
    element.close();
    shown.back?.();
  };
  const close = button("Close", leave, { autofocus: true });
  const [before, after] = [step("← previous", "previous"), step("next →", "next")];
  const hint = el("span", { class: "soft" }, "Escape closes, ← and → go on");
  const element = el("dialog", { id: "large", "aria-labelledby": "large-name" }, inside,
    el("div", { class: "choices" }, before, after, close, hint));
  element.addEventListener("keydown", (event) => {
    const go = isTyped(event) ? null : { ArrowLeft: "previous", ArrowRight: "next" }[event.key];
    const name = meaning(event, shown.classes);
    if (go) shown[go]?.();
    else if (typeof name === "string" && name) shown.correct(name);
    else return;
    event.preventDefault();
  });
  element.addEventListener("click", (event) => event.target === element && leave());
  element.addEventListener("cancel", (event) => { // Escape
    event.preventDefault();
    leave();
  });
  return {
    element,
    close: leave,
    open(cell) {
      shown = cell;
      inside.replaceChildren(...parts(cell));
      for (const [button, go] of [[before, cell.previous], [after, cell.next]]) {
        button.hidden = !cell.previous && !cell.next;
        button.disabled = !go;
      }
      hint.hidden = before.hidden;
      if (!element.open) element.showModal();
      if (!element.contains(document.activeElement)) close.focus(); // its button was made anew
    },
  };
}

function parts(cell) {
  const near = cell.near.map(({ picture: of, name, caption }) =>
    el("figure", {}, picture(of, { alt: name, width: 96, height: 96 }),
      el("figcaption", {}, caption)));
  const add = (name) => {
    const refused = cell.add(name);
    if (!refused) cell.correct(cell.classes.at(-1));
    return refused;
  };
  const others = cell.others.map(([text, onclick]) =>
    el("button", { type: "button", onclick }, text));
  return [
    el("div", { id: "large-picture" }, picture(cell.picture)),
    el("div", {},
      el("div", { role: "status" },
        el("p", { id: "large-name" }, cell.name),
        el("div", { id: "large-words" }, cell.said.map((sentence) => el("p", {}, sentence)))),
      near.length ? el("p", { class: "soft" }, "The labelled cells that it resembles most:") : null,
      el("div", { id: "large-near" }, near),
      el("p", { class: "ask" }, "Its class:"),
      classButtons(cell.classes, cell.correct, cell.chosen),
      newClass(add, "another class"),
      others.length ? el("div", { class: "choices" }, others) : null),
  ];
}
