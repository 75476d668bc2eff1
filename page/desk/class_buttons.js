// A button and a key for each class, and a field for a new one.

import { NOT_A_CELL } from "../data/class_names.js";
import { keyOf } from "./class_keys.js";
import { el } from "./elements.js";

/** Buttons that call `choose(class)`; the class `chosen`, if any, is marked as such. */
export function classButtons(classes, choose, chosen) {
  const button = (name, key) =>
    el(
      "button",
      { type: "button", class: "choice", "aria-pressed": String(name === chosen),
        onclick: () => choose(name) },
      key ? el("kbd", {}, key) : null,
      name === NOT_A_CELL ? "not a cell" : name,
    );
  const own = classes.map((name, place) => button(name, keyOf(place)));
  return el("div", { class: "choices" }, own, button(NOT_A_CELL, "0"));
}

/** A field for the name of a new class; `add(name)` returns a sentence if it is refused. */
export function newClass(add, hint) {
  const said = el("p", { class: "warn-text", role: "alert" });
  const field = el("input", {
    type: "text", "aria-label": "Name of a new class", placeholder: hint, maxlength: 200,
    autocomplete: "off", spellcheck: "false",
  });
  const take = (event) => {
    event.preventDefault();
    said.textContent = field.value.trim() ? (add(field.value) ?? "") : "";
    if (!said.textContent) field.value = "";
  };
  const adding = el("button", { type: "submit" }, "Add the class");
  return el("div", {}, el("form", { class: "adding", onsubmit: take }, field, adding), said);
}
