// One cell after another, large, to be named by a click or a key.

import { SKIPPED } from "../data/class_names.js";
import { classButtons, newClass } from "./class_buttons.js";
import { UNDO, meaning } from "./class_keys.js";
import { el } from "./elements.js";

/**
 * A desk: `element`, and `show({picture, name, classes, done, asked, note, fault})`, where
 * `picture` is an address, or null when there is nothing left to name, and `fault` what went
 * wrong. It calls `answer(class)`, SKIPPED among them, `undo()`, and `add(name)`, which returns a
 * sentence if the name is refused.
 *
 * It hears keys wherever the focus is, or with `alone` only its own, which nobody else hears then;
 * until `signal` aborts.
 */
export function labelDesk({ answer, undo, add, alone = false, signal }) {
  let classes = [];
  let open = false;
  const progress = el("p", { class: "soft", role: "status" });
  const picture = el("img", { class: "asked", alt: "" });
  const choices = el("div");
  const button = (key, text, onclick) =>
    el("button", { type: "button", onclick }, el("kbd", {}, key), text);
  const others = el("div", { class: "choices" },
    button("s", "skip", () => open && answer(SKIPPED)), button("u", "undo", () => undo()));
  const adding = newClass((name) => {
    const refused = add(name);
    if (!refused) element.focus({ preventScroll: true }); // the next key is an answer again
    return refused;
  }, "a class, such as neutrophil");
  const alert = el("p", { class: "warn-text", role: "alert" });
  const element = el(
    "div",
    { class: "desk", tabindex: "-1" },
    progress,
    el("div", { class: "asking" }, picture, el("div", {}, choices, others, adding, alert)),
  );
  const hear = (event) => {
    if (alone ? !element.contains(event.target) : isAway(element)) return;
    if (alone && isKeyOfDesk(event)) event.stopPropagation();
    const meant = meaning(event, classes);
    if (meant === undefined) return;
    event.preventDefault();
    if (meant === UNDO) undo();
    else if (open) answer(meant);
  };
  // before JupyterLab, which listens at the document: to it, x means to cut the notebook's cell
  window.addEventListener("keydown", hear, { capture: true, signal });
  return {
    element,
    show({ picture: address, name, classes: known, done, asked, note, fault = "" }) {
      const changed = known.join("\n") !== classes.join("\n") || !choices.firstChild;
      [classes, open] = [[...known], address !== null];
      if (changed) {
        const focused = choices.contains(document.activeElement);
        choices.replaceChildren(classButtons(classes, (name) => open && answer(name)));
        if (focused) element.focus({ preventScroll: true });
      }
      picture.hidden = !open;
      if (open) Object.assign(picture, { src: address, alt: `The cell to name, ${name}` });
      alert.textContent = fault;
      progress.textContent = open ? `${note} Cell ${done + 1} of ${asked}: ${name}` : note;
    },
  };
}

/** Whether the desk is out of sight, or below a dialog. */
const isAway = (element) =>
  !element.isConnected || element.closest("[hidden]") || document.querySelector("dialog[open]");

const isKeyOfDesk = ({ key, ctrlKey, metaKey, altKey, shiftKey }) =>
  !(ctrlKey || metaKey || altKey) &&
  (key.length === 1 || key === "Backspace" || (key === "Enter" && !shiftKey));
