// Results as files of the person's own computer.

import { el } from "./elements.js";

/** Save text or a Blob under a name, as a browser saves a download. */
export function save(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // when the browser has read it
}

/** A button for each of [[text, what it is for, what it does], ...]. */
export function saving(ways) {
  return el("dl", { class: "saving" }, ways.map(([text, what, save]) => [
    el("dt", {}, el("button", { type: "button", class: "choice", onclick: save }, text)),
    el("dd", {}, what),
  ]).flat());
}
