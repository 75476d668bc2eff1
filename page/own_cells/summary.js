// What was found, as plain facts and words; facts are called as in the command's summary.json.

import { byCodePoint, sortedNames } from "../data/plain_text.js";
import { ends, two } from "./words.js";

const TAKEN_FOR = 0.03; // a confusion that is worth a word

/** How many cells there are of each name: {name: cells}; classes without cells have 0. */
export function countsOf(names, classes) {
  const counts = new Map(classes.map((name) => [name, 0]));
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/**
 * Each class's {label, cells, share, low, high, recall}, the largest first, without the class
 * `apart` of what is no cell; what is not known is null.
 *
 * `prevalence` is what judging says of shares, or null; `confusion` the expected one, or null.
 */
export function classCounts({ counts, apart, prevalence, confusion }) {
  const own = Object.entries(counts).filter(([label]) => label !== apart);
  const total = Math.max(own.reduce((sum, [, n]) => sum + n, 0), 1);
  const plain = ([label, cells]) => ({ label, cells, share: cells / total, low: null, high: null });
  const taken = takenFor(confusion);
  const rows = (prevalence ?? own.map(plain)).map((row) =>
    ({ ...row, recall: taken.get(row.label)?.get(row.label) ?? null }));
  return rows.sort((one, other) => other.cells - one.cells);
}

/** For each judged class, how many of its cells are taken for each: Map of Map, largest first. */
function takenFor(confusion, of = "share") {
  const known = (confusion ?? []).filter((pair) => Number.isFinite(pair[of]));
  known.sort((one, other) => byCodePoint(one.label, other.label) || other[of] - one[of]);
  const rows = new Map();
  for (const { label, predicted, [of]: value } of known) {
    if (!rows.has(label)) rows.set(label, new Map());
    rows.get(label).set(predicted, value);
  }
  return rows;
}

/**
 * The classes whose count lies outside the middle half of its interval, and why: each row of
 * `prevalence` with `many`, whether it lies above, and `others`, up to two classes that are
 * confused with it.
 */
export function atTheEdges({ prevalence, confusion }) {
  const [rows, taken] = [prevalence ?? [], takenFor(confusion)];
  const shares = new Map(rows.map(({ label, share }) => [label, share]));
  return rows.flatMap((row) => {
    const quarter = (row.high - row.low) / 4;
    const many = row.share > row.high - quarter;
    if (!row.cells || !(many || row.share < row.low + quarter)) return [];
    const mixed = many // the others' cells are taken for it
      ? [...taken].map(([name, to]) => [name, to.get(row.label) ?? 0])
      : [...(taken.get(row.label) ?? [])];
    const weight = ([name, share]) => share * (many ? (shares.get(name) ?? 0) : 1);
    const others = mixed.filter(([name, share]) => name !== row.label && share > TAKEN_FOR);
    others.sort((one, other) => weight(other) - weight(one));
    return [{ ...row, many, others: others.slice(0, 2).map(([name]) => name) }];
  });
}

/**
 * The sentences to quote in a paper; "" if no accuracy can be stated. `labelled` is {class: number
 * of labelled cells}; `expected` and `basis` are what judging says of the accuracy.
 */
export function quote({ version, weights, labelled, expected, basis }) {
  if (!expected) return "";
  const [now] = expected;
  const cells = Object.values(labelled);
  return (
    `Cells were classified with BloodShot ${version} (weights ${weights}) after` +
    ` ${cells.reduce((sum, n) => sum + n, 0)} labelled cells of ${cells.length} classes. The` +
    ` balanced accuracy expected on further cells of these classes is` +
    ` ${two(now.balanced_accuracy)} (95 % interval ${ends(now)}). ${basis}`
  ).trim();
}

/**
 * Counts and shares of each subject's cells; null if nobody is named. `classes` is without what
 * is no cell.
 */
export function bySubject(cells, classes) {
  if (!cells.some(({ subject }) => subject)) return null;
  const names = sortedNames(cells.map(({ subject }) => subject));
  return names.map((subject) => {
    const own = cells.filter((cell) => cell.subject === subject);
    const counted = own.map(({ predicted }) => predicted).filter((name) => classes.includes(name));
    const counts = countsOf(counted, classes);
    const share = (n) => n / Math.max(counted.length, 1);
    const shares = Object.fromEntries(classes.map((name) => [name, share(counts[name])]));
    return { subject, cells: counted.length, counts, shares };
  });
}
