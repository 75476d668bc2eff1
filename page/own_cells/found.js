// What was found, ready to be shown: counts, the sentence to quote, what to know first.

import { NOT_A_CELL } from "../data/class_names.js";
import { copied, differenceWarnings } from "./image_differences.js";
import { atTheEdges, bySubject, classCounts, countsOf, quote } from "./summary.js";
import { percent } from "./words.js";

/** `rows` of the counts, `subjects`, `quote` and `warnings` of a work with verdicts. */
export function whatWasFound({ cells, labels, verdicts, trust }, facts) {
  const { classes, first, labelled } = verdicts;
  const predicted = Array.from(first, (place) => classes[place]);
  const own = classes.filter((name) => name !== NOT_A_CELL);
  const { confusion = null, ...expected } = trust?.expected ?? {};
  const prevalence = trust?.shares ?? null;
  return {
    rows: classCounts({
      counts: countsOf(predicted, classes), apart: NOT_A_CELL, prevalence, confusion,
    }),
    subjects: bySubject(cells.map(({ subject }, i) => ({ subject, predicted: predicted[i] })), own),
    quote: quote({ ...facts, labelled: countsOf(labels.values(), classes), ...expected }),
    warnings: [
      ...(trust ? differences(cells, labels, labelled, trust.differ) : []),
      ...copied(cells),
      ...atTheEdges({ prevalence, confusion }).map(edge),
    ],
  };
}

function differences(cells, labels, labelled, differ) {
  const unlabelled = cells.filter((_, row) => !labelled[row]);
  const own = [...labels.keys()].map((row) => cells[row]);
  return differenceWarnings(differ.filter((_, row) => !labelled[row]), unlabelled, own,
    unlabelled.length);
}

function edge({ label, share, low, high, many, others }) {
  const taken = many ? `cells of ${others.join(" and ")} are taken for ${label}` :
    `its cells are taken for ${others.join(" and ")}`;
  return (
    `${label}: may be ${many ? "fewer" : "more"} than counted. The count, ${percent(share)}, lies` +
    ` at the ${many ? "upper" : "lower"} edge of what is likely, ${percent(low)} to` +
    ` ${percent(high)}, ${others.length ? `because ${taken}` :
      "as the few labelled cells leave room for such errors"}. Quote the interval, not the count.`
  );
}
