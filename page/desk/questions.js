// What only the person who made a folder knows.

import { el } from "./elements.js";

/** Ask; resolves to the value of the answer that was chosen, [[value, text], ...]. */
export function ask(place, question, answers) {
  return new Promise((resolve) => {
    const buttons = answers.map(([value, text]) =>
      el("button", { type: "button", class: "choice", onclick: () => {
        place.replaceChildren();
        resolve(value);
      } }, text));
    place.replaceChildren(el("div", { class: "box", role: "group" },
      el("p", {}, question), el("div", { class: "choices" }, buttons)));
    buttons[0].focus();
  });
}
