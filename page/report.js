// A result as a page of its own, with its pictures inside.

import { el } from "./desk/elements.js";
import { caption, glance, results } from "./desk/results.js";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The page as text; `told` is what `results` shows. */
export async function reportPage(told, { version, weights }) {
  const { cells, verdicts } = told;
  const shown = (row) => ({
    picture: cells[row].picture, name: cells[row].file, caption: caption(verdicts, row),
  });
  const body = el("main", {},
    el("h1", {}, `${cells.length} cells and their names`),
    el("p", { class: "soft" }, `${new Date().toISOString().slice(0, 10)} · BloodShot ${version}, `,
      `weights ${weights}. For research, not for diagnosis.`),
    glance(told), ...results(told, shown));
  await Promise.all([...body.querySelectorAll("img")].map(carryPicture));
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const style = rules.map((rule) => rule.cssText).join("\n");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>BloodShot: a result</title><style>${style}</style></head>
<body>${body.outerHTML}</body></html>`;
}

/** Put a picture itself in the place of its address in this browser's memory. */
async function carryPicture(image) {
  image.removeAttribute("loading");
  const source = Object.assign(new Image(), { src: image.getAttribute("src") });
  await source.decode();
  const canvas = el("canvas", { width: source.naturalWidth, height: source.naturalHeight });
  canvas.getContext("2d").drawImage(source, 0, 0);
  image.setAttribute("src", canvas.toDataURL("image/jpeg", 0.85));
}
