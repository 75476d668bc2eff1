// What a classifier says about its own supports, each judged only by the others.

import { sortedNames } from "../data/plain_text.js";
import { Clouds } from "./clouds.js";
import { fitHead, scoreCells } from "./heads.js";
import { Generator } from "./random.js";
import { largest, softmax } from "./statistics.js";

const ROUNDS = 4; // one if there are many supports: then the rounds hardly differ
const PARTS = 25; // most parts of a round; each is a fit

/**
 * Which supports are left out together, in several rounds: lists of their numbers.
 *
 * One cell of every class is left out at a time: with a single cell left out, its class would
 * have fewer supports than the others, and would seem harder than it is. With `groups` (subjects)
 * it is one group of every class or, if groups have cells of several classes, one group.
 */
export function partsLeftOut(codes, groups = null) {
  const random = new Generator();
  const everyone = groups === null ? null : sortedNames(groups);
  const names = groups === null ? [...codes.keys()] : groups.map((name) => everyone.indexOf(name));
  let members = Array.from({ length: Math.max(...codes) + 1 }, (_, c) =>
    sorted(names.filter((_, i) => codes[i] === c)),
  );
  const all = sorted(names);
  if (members.flat().length > all.length) members = [all]; // one subject at a time
  const nParts = Math.min(Math.max(...members.map((own) => own.length)), PARTS);
  const parts = [];
  for (let round = 0; round < (codes.length <= 4 * PARTS ? ROUNDS : 1); round++) {
    const several = members.filter((own) => own.length > 1);
    const hands = several.map((own) => dealt(random.permutation(own), nParts));
    for (let part = 0; hands.length && part < nParts; part++) {
      const out = new Set(hands.flatMap((hand) => hand[part]));
      parts.push([...names.keys()].filter((i) => out.has(names[i])));
    }
  }
  return parts;
}

function sorted(numbers) {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** A class's groups in `nParts` parts; those of a small class are used more than once. */
function dealt(groups, nParts) {
  const n = Math.max(groups.length, nParts);
  const [size, larger] = [Math.floor(n / nParts), n % nParts];
  let at = 0;
  return Array.from({ length: nParts }, (_, part) =>
    Array.from({ length: size + (part < larger) }, () => groups[at++ % groups.length]),
  );
}

/**
 * For each part, the clouds of the rest and the judged cells' products with it.
 *
 * `gram` (n, n), `codes` (n,), `groups` (n,) or null: the supports. Heads and distances share it.
 */
export function fitRests(gram, codes, groups, width) {
  const n = codes.length;
  return partsLeftOut(codes, groups).map((leftOut) => {
    const out = new Set(leftOut);
    const rest = [...codes.keys()].filter((i) => !out.has(i));
    const known = sorted(rest.map((i) => codes[i]));
    const table = (rows, columns) => {
      const found = new Float64Array(rows.length * columns.length);
      let at = 0;
      for (const row of rows) for (const column of columns) found[at++] = gram[row * n + column];
      return found;
    };
    const renumbered = rest.map((i) => known.indexOf(codes[i]));
    const clouds = new Clouds(table(rest, rest), renumbered, known.length, width);
    const judged = leftOut.filter((i) => known.includes(codes[i]));
    return { known, clouds, judged, products: table(rest, judged) };
  });
}

/**
 * Judge each support by heads fitted on the others; a class of one is never judged.
 *
 * Returns a row for each judgement, several per support: `rows` (M,), which support; `scores`
 * (M, C), in units of the head's gap between classes; `weights` (M,), which make each judged
 * support count as 1.
 */
export function holdOut(rests, nClasses) {
  const [rows, scores, times] = [[], [], new Map()];
  for (const { known, clouds, judged, products } of rests) {
    if (known.length < nClasses) continue;
    const head = fitHead(clouds);
    rows.push(...judged);
    for (const score of scoreCells(head, products, judged.length)) scores.push(score / head.gap);
  }
  for (const row of rows) times.set(row, (times.get(row) ?? 0) + 1);
  const weights = Float64Array.from(rows, (row) => 1 / times.get(row));
  return { rows, scores: Float64Array.from(scores), weights };
}

/** What each of `JudgedSupports` was taken for when held out, and how sure that was; or null. */
export function heldOutVerdicts({ heldOut, temperature, classes, codes }) {
  const nClasses = classes.length;
  const [shares, sure] = [softmax(heldOut.scores, nClasses, temperature), new Map()];
  heldOut.rows.forEach((row, i) => {
    if (!sure.has(row)) sure.set(row, new Float64Array(nClasses));
    for (let c = 0; c < nClasses; c++) {
      sure.get(row)[c] += heldOut.weights[i] * shares[i * nClasses + c];
    }
  });
  return codes.map((code, row) => {
    const own = sure.get(row);
    const verdict = { label: classes[code], predicted: null, certainty: null, own: null };
    if (!own) return verdict;
    const best = largest(own, 0, nClasses);
    return { ...verdict, predicted: classes[best], certainty: own[best], own: own[code] };
  });
}
