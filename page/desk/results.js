// What was found: the same sections on the page and in a report that is saved.

import { cells as cellsOf, ends, percent, two } from "../own_cells/words.js";
import { counts } from "./counts.js";
import { el, section } from "./elements.js";
import { map } from "./map.js";
import { sheet } from "./sheet.js";
import { trust } from "./trust.js";

const LOOK_AT = 48;
const MOST_UNLIKE = 24;
const OF_A_CLASS = 32;

/**
 * The sections of a result. `found` holds `cells`, `verdicts`, `trust`, `rows` of the counts,
 * `subjects`, `quote`, `warnings`, `leftOut`; `shown(row)` gives {picture, name, caption};
 * `choose(row)` is what a selected cell does, undefined in a report, and `opened` as in `sheet`.
 */
export function results({
  cells, verdicts, trust: told, rows, subjects, quote, warnings, leftOut,
}, shown, { choose, opened } = {}) {
  const { classes, first, certainty, unlike, unlikeness, labelled } = verdicts;
  const all = cells.map((_, row) => row);
  const strangers = all.filter((row) => unlike[row]).length;
  const mostUnlike = all.filter((row) => !labelled[row])
    .sort((one, other) => unlikeness[other] - unlikeness[one])
    .slice(0, Math.max(strangers, MOST_UNLIKE));
  const ofClass = (place) => all.filter((row) => first[row] === place)
    .sort((one, other) => certainty[other] - certainty[one]);
  const seen = (row) => {
    const { picture, name, caption: said } = shown(row);
    return { picture, name: `${name}: ${said}`, place: first[row], labelled: labelled[row] };
  };
  return [
    ...warnings.map((text) => el("div", { class: "box warn" }, text)),
    section("counts", "Counts", counts(rows), el("p", {},
      "Bars show shares, the lines on them the 95 % intervals of the true shares. Cells of a ",
      "class that you did not label are counted under one that you did."),
      subjects ? subjectsTable(subjects) : null),
    told
      ? section("trust", "How far to trust it", trust(told.expected, quote), el("p", {},
          "A certainty of .80 means that about 80 of 100 such cells are right, if they belong to ",
          "a labelled class."))
      : null,
    told
      ? section("doubtful", `Doubtful: ${told.doubtful.length} of ${cellsOf(cells.length)}`,
          el("p", {}, told.doubtful.length
            ? "Their certainty is below .70. Look at these yourself first, the least certain ones."
            : "No cell but those unlike all labelled has a certainty below .70."),
          sheet([...told.doubtful], shown, { first: LOOK_AT, key: "doubtful", opened, choose }))
      : null,
    told?.doubtfulLabels.length ? labelsToSee(told.doubtfulLabels, shown, choose) : null,
    section("unlike", "Most unlike all labelled",
      el("p", {}, strangers
        ? `${strangers} of ${cellsOf(cells.length)} look unlike everything that you labelled: ` +
          "perhaps a class that you did not label, several cells, debris, or a poor stain. " +
          "The most unlike come first."
        : "No cell is beyond the limit. These come nearest to it."),
      sheet(mostUnlike, shown, { first: LOOK_AT, key: "unlike", opened, choose })),
    section("classes", "Class by class, from most to least certain",
      classes.map((name, place) => {
        const own = ofClass(place);
        return el("div", {}, el("h3", {}, `${name}: ${cellsOf(own.length)}`),
          sheet(own, shown, { first: OF_A_CLASS, key: `class ${name}`, opened, choose }));
      })),
    told?.map
      ? section("mapped", "Map",
          map({ ...told.map, all: told.map.row.length === cells.length }, classes, seen, choose))
      : null,
    leftOut.length
      ? section("left-out", `Left out: ${leftOut.length} file${leftOut.length > 1 ? "s" : ""}`,
          el("ul", {}, leftOut.map(({ path, why }) => el("li", {}, `${path}: ${why}`))))
      : null,
  ].filter(Boolean);
}

/** Labels with which the other labelled cells disagree. */
function labelsToSee(found, shown, choose) {
  const said = new Map(found.map(({ row, label, predicted }) =>
    [row, `${label}; others say ${predicted}`]));
  return section("labels", "Look at these labels again",
    el("p", {}, "The other labelled cells disagree. Half of such labels are right, and most wrong ",
      "ones are not found in this way."),
    sheet([...said.keys()], (row) => ({ ...shown(row), caption: said.get(row) }),
      { first: LOOK_AT, choose }));
}

/** The counts of each patient or slide. */
function subjectsTable(subjects) {
  const names = Object.keys(subjects[0].counts);
  const head = ["subject", "cells", ...names].map((name) => el("th", { scope: "col" }, name));
  const row = ({ subject, cells, counts: own, shares }) => el("tr", {},
    el("th", { scope: "row" }, subject), el("td", {}, String(cells)),
    names.map((name) => el("td", {}, `${own[name]} (${percent(shares[name])})`)));
  return el("div", { class: "scrolled", tabindex: "0" }, el("table", {},
    el("caption", {}, "Each subject"), el("thead", {}, el("tr", {}, head)),
    el("tbody", {}, subjects.map(row))));
}

/** The first lines of a result: how many cells, and what to look at. */
export function glance({ cells, verdicts, trust: told }) {
  const at = (href, number, what) =>
    el("li", {}, el("a", { href }, el("strong", {}, number), what));
  const strangers = verdicts.unlike.reduce((sum, each) => sum + each, 0);
  const now = told?.expected.expected?.[0];
  return el("ul", { class: "glance" },
    at("#counts", cellsOf(cells.length), "named"),
    now
      ? at("#trust", two(now.balanced_accuracy), `expected accuracy (${ends(now)})`)
      : null,
    told ? at("#doubtful", String(told.doubtful.length), "doubtful") : null,
    at("#unlike", String(strangers), "unlike all labelled"));
}

/** A cell's caption: its name and how certain that is. */
export function caption(verdicts, row) {
  const name = verdicts.classes[verdicts.first[row]];
  if (verdicts.labelled[row]) return `${name}, by you`;
  return `${name} ${two(verdicts.certainty[row])}`;
}
