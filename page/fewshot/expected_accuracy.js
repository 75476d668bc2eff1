// A handful of labels -> the accuracy to expect from it, and the classes it confuses.

import { quoted } from "../data/plain_text.js";
import { certainConfusion, heldOutConfusion } from "./confusions.js";
import { errorsLeft, expectedRows } from "./expected_rows.js";
import { heldOutVerdicts } from "./held_out.js";

// measured on real cells (experiments/own_cells.py): what new cells' certainties say of a class is
// worth as much as ten held-out cells
const NEW_CELLS = 10;
const BASIS = [
  "To estimate it, each labelled cell was named from the others. If the labelled cells were" +
    " suggested, or found by eye, rather than drawn at random, the estimate is more often too low" +
    " than too high.",
  "To estimate it, each labelled cell was named from the others, which gives too low a figure" +
    " where difficult cells were labelled; how sure the classifier is of each new cell counts as" +
    " well, and does not depend on what was labelled.",
];
const BY_GROUP = " The estimate is for subjects (patients, slides) of whom nothing is labelled.";

/**
 * What accuracy to expect of `supports` (`JudgedSupports`), as Python's `expected_accuracy`.
 *
 * `certainties` (M, C) are those of the cells without a label, or null; `apart` is the class of
 * what is no cell, which does not count. `whyNot` says in a sentence why nothing can be said.
 */
export function expectedAccuracy(supports, certainties, apart) {
  const { classes, codes, groups } = supports;
  const held = heldOutConfusion(supports.heldOut, codes, classes.length);
  const { judged } = held;
  const whyNot = unjudgeable(classes, judged, groups);
  if (whyNot) return { whyNot };
  const fresh = certainties && certainConfusion(certainties, classes.length);
  const shares = judgedByAll(held.shares, supports.sizes).map((row, c) => {
    const weight = fresh ? judged[c] / (judged[c] + NEW_CELLS) : 1;
    return row.map((share, k) => weight * share + (1 - weight) * (fresh ? fresh[c][k] : 0));
  });
  const told = judged.map((cells) => cells > 0 || fresh !== null);
  const counted = [...classes.keys()].filter((c) => told[c] && classes[c] !== apart);
  const right = counted.map((c) => shares[c][c]);
  const units = judgedUnits(supports, judged);
  return {
    expected: expectedRows(right, counted.map((c) => units[c]), codes.length / classes.length),
    confusion: classes.flatMap((label, c) =>
      classes.map((predicted, k) => {
        return { label, predicted, share: told[c] ? shares[c][k] : null, cells: judged[c] };
      }),
    ),
    verdicts: heldOutVerdicts(supports),
    unjudged: classes.filter((_, c) => judged[c] === 0),
    apart: [apart],
    basis: BASIS[Number(fresh !== null)] + (groups ? BY_GROUP : ""),
    whyNot: "",
  };
}

function unjudgeable(classes, judged, groups) {
  if (judged.filter((cells) => cells > 0).length >= 2) return "";
  const unjudged = classes.filter((_, c) => judged[c] === 0).slice(0, 5);
  const names = unjudged.map((name) => quoted(name)).join(", ");
  if (groups === null) {
    return (
      "At least two classes must have two labelled cells or more, so that each can be named" +
      ` from the others, but there is one cell each of ${names}. Label second cells.`
    );
  }
  return (
    "At least two classes must have labelled cells of two subjects or more, so that each" +
    ` subject's can be named from the others', but too few are of ${names}. Label cells of` +
    " other subjects, or name no subjects: the estimate is then for further cells of the same" +
    " subjects."
  );
}

/** The confusion with one label more than the judges of a held-out cell had. */
function judgedByAll(shares, sizes) {
  return shares.map((row, c) => {
    const left = errorsLeft(sizes[c] / Math.max(sizes[c] - 1, 1));
    return row.map((share, k) => left * share + (1 - left) * (c === k));
  });
}

/** How many cells of each class were judged, or groups of them; at least one. */
function judgedUnits({ classes, codes, groups }, judged) {
  const named = classes.map((_, c) => new Set(groups?.filter((_, i) => codes[i] === c)).size);
  return judged.map((cells, c) => Math.max(groups ? Math.min(cells, named[c]) : cells, 1));
}
