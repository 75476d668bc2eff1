// A bar that stays in sight: what was changed on this page, and the file to save it in.

import { el } from "./elements.js";
import { save } from "./saving.js";

/**
 * `element`, and `show(text)`, "" for nothing to save. Its button saves `content()` as `file`;
 * then it says `next`. Whoever leaves the page while `work.unsaved` is asked before. `label` is
 * what the bar is called, `others` are further buttons.
 */
export function saveBar(work, file, content, next, { label = "Labels to save", others = [] } = {}) {
  const said = el("span", { role: "status" });
  const then = el("p", { role: "status" }, next);
  const keep = () => {
    save(file, content(), "text/csv");
    work.saved();
  };
  const button = el("button", { type: "button", class: "main", onclick: keep }, `Save ${file}`);
  const element = el("aside", { class: "save-bar", "aria-label": label, hidden: true },
    el("div", { class: "choices" }, said, others, button), then);
  addEventListener("beforeunload", (event) => work.unsaved && event.preventDefault());
  return {
    element,
    show(text) {
      element.hidden = text === "";
      said.textContent = text;
      then.hidden = work.unsaved;
    },
  };
}
