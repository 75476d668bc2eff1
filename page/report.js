// A result as a page of its own, with its pictures inside.

import { el } from "./desk/elements.js";
import { caption, glance, results } from "./desk/results.js";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The page as text; `told` is what `results` shows. */
export function reportPage(told, { version, weights }) {
  const { cells, verdicts } = told;
  const shown = (row) => ({
    picture: cells[row].picture, name: cells[row].file, caption: caption(verdicts, row),
  });
  const body = el("main", {},
    el("h1", {}, `${cells.length} cells and their names`),
    el("p", { class: "soft" }, `${new Date().toISOString().slice(0, 10)} · BloodShot ${version}, `,
      `weights ${weights}. For research, not for diagnosis.`),
    glance(told), ...results(told, shown));
  for (const image of body.querySelectorAll("img")) image.removeAttribute("loading");
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const style = rules.map((rule) => rule.cssText).join("\n");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>BloodShot: a result</title><style>${style}</style></head>
<body>${body.outerHTML}</body></html>`;
}
