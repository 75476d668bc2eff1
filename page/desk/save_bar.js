// A bar that stays in sight: what was named on this page, and the file to save it in.

import { el } from "./elements.js";
import { save } from "./saving.js";

/**
 * `element`, and `show(text)`, "" for nothing to save. Its button saves `content()` as `file`;
 * then it says `next`. Whoever leaves the page while `names.unsaved` is asked before.
 */
export function saveBar(names, file, content, next) {
  const said = el("span", { role: "status" });
  const then = el("p", { role: "status" }, next);
  const keep = () => {
    save(file, content(), "text/csv");
    names.saved();
  };
  const button = el("button", { type: "button", class: "main", onclick: keep }, `Save ${file}`);
  const element = el("aside", { class: "save-bar", "aria-label": "Names to save", hidden: true },
    el("div", { class: "choices" }, said, button), then);
  addEventListener("beforeunload", (event) => names.unsaved && event.preventDefault());
  return {
    element,
    show(text) {
      element.hidden = text === "";
      said.textContent = text;
      then.hidden = names.unsaved;
    },
  };
}
