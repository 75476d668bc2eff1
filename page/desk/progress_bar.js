// How far a long step is, how long it will take, and a button that stops it.

import { timeLeft } from "../own_cells/words.js";
import { el } from "./elements.js";

/** `element`; `show(done, of)`; `say(what)` for a step without end; its button calls `stop()`. */
export function progressBar(what, stop) {
  const bar = el("progress", { "aria-label": what, max: 1, value: 0 });
  const text = el("p", { role: "status" }, what);
  const button = el("button", { type: "button", onclick: stop }, "Stop");
  let began = null;
  return {
    element: el("div", { class: "working" }, text, bar, button),
    show(done, of) {
      began ??= performance.now(); // when the first are done: starting takes its own time
      const left = ((performance.now() - began) / 1000 / done) * (of - done);
      bar.value = done / of;
      text.textContent = `${what}: ${done} of ${of}, ${timeLeft(left)} left`;
    },
    say(next) {
      text.textContent = next;
      bar.removeAttribute("value");
      button.hidden = true;
    },
  };
}
