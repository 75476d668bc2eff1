// Where a folder is dropped or chosen.

import { chosenFiles, droppedFiles } from "../data/chosen_files.js";
import { el } from "./elements.js";

/** The zone; `take` gets what was dropped or chosen, [{path, blob}], or a promise of it. */
export function dropZone(take) {
  const field = (properties) => {
    const input = el("input", { type: "file", hidden: true, ...properties });
    input.addEventListener("change", () => {
      const files = chosenFiles(input.files);
      input.value = ""; // so that the same folder can be chosen again
      if (files.length) take(files);
    });
    return input;
  };
  const [folder, files] = [field({ webkitdirectory: true }), field({ multiple: true })];
  const button = (text, input, kind) =>
    el("button", { type: "button", class: kind, onclick: () => input.click() }, text);
  const zone = el("div", { class: "drop" },
    el("p", {}, el("strong", {}, "Drop a folder of cells here"), " or"),
    el("div", { class: "choices" },
      button("Choose a folder", folder, "main"), button("Choose files", files, "choice")),
    el("p", { class: "soft" }, "One cell in the middle of each image: JPEG, PNG, BMP, WebP or ",
      "TIFF, in 8-bit colour, all from one microscope and stain. A labels.csv or a saved session ",
      "may be dropped too, before the cells or after."),
    folder, files);
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    window.addEventListener(name, (event) => {
      event.preventDefault(); // or the browser would leave the page for the file
      zone.classList.toggle("over", name === "dragenter" || name === "dragover");
    });
  }
  window.addEventListener("drop", (event) => take(droppedFiles(event.dataTransfer)));
  return zone;
}
