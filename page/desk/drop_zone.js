// Where a folder is dropped or chosen.

import { chosenFiles, droppedFiles } from "../data/chosen_files.js";
import { el } from "./elements.js";

const KINDS = ["a single cell, in the middle of the image", "a whole field, with many cells"];

/**
 * The zone. `take(files, whole)` gets what was dropped or chosen, [{path, blob}], or a promise of
 * it, and whether it is whole fields.
 */
export function dropZone(take) {
  const field = (properties) => {
    const input = el("input", { type: "file", hidden: true, ...properties });
    input.addEventListener("change", () => {
      const files = chosenFiles(input.files);
      input.value = ""; // so that the same folder can be chosen again
      if (files.length) take(files, whole());
    });
    return input;
  };
  const [folder, files] = [field({ webkitdirectory: true }), field({ multiple: true })];
  const button = (text, input, kind) =>
    el("button", { type: "button", class: kind, onclick: () => input.click() }, text);
  const kinds = KINDS.map((text, n) =>
    el("input", { type: "radio", name: "kind", checked: n === 0 }));
  const whole = () => kinds[1].checked;
  const zone = el("div", { class: "drop" },
    el("p", {}, el("strong", {}, "Drop a folder of images here"), " or"),
    el("div", { class: "choices" },
      button("Choose a folder", folder, "main"), button("Choose files", files, "choice")),
    el("div", { class: "choices", role: "radiogroup", "aria-label": "What an image shows" },
      kinds.map((input, n) => el("label", {}, input, ` ${KINDS[n]}`))),
    el("p", { class: "soft" }, "JPEG, PNG, BMP, WebP or TIFF, in 8-bit colour, all from one ",
      "microscope and stain. In whole fields the page finds the white cells, and shows them to ",
      "you. A labels.csv or a saved session may be dropped too, before the cells or after."),
    folder, files);
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    window.addEventListener(name, (event) => {
      event.preventDefault(); // or the browser would leave the page for the file
      zone.classList.toggle("over", name === "dragenter" || name === "dragover");
    });
  }
  window.addEventListener("drop", (event) => take(droppedFiles(event.dataTransfer), whole()));
  return zone;
}
