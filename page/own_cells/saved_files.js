// The work as files: labels.csv, cells.csv, a session; and what the browser keeps of it.

import { cellsCsv } from "./cells_csv.js";
import { differsIn } from "./image_differences.js";
import { labelsCsv } from "./label_file.js";
import { sessionText } from "./session.js";

/** labels.csv, as text: the answers in their order, with those about other cells. */
export const labelsFile = (work) => labelsCsv(answersOf(work));

/** cells.csv, as text; `nearest` are the three nearest labelled rows of each cell. */
export function cellsFile({ cells, copyOf, verdicts, trust }, nearest) {
  const { classes, first, second, certainty, unlike, unlikeness, labelled } = verdicts;
  return cellsCsv(cells.map(({ file, subject, content }, row) => ({
    file,
    subject,
    predicted: classes[first[row]],
    certainty: certainty[row],
    runner_up: classes[second[row]] ?? "",
    unlike: Boolean(unlike[row]),
    unlikeness: unlikeness[row],
    nearest: (labelled[row] ? [copyOf[row]] : nearest[row]).map((other) => cells[other].file),
    labelled: Boolean(labelled[row]),
    differs: differsIn(trust.differ[row]),
    content,
  })));
}

/** A session, as text. */
export const sessionFile = (work, facts) => sessionText(stateOf(work, facts));

/** What the browser keeps: the session, and what it kept about other cells. */
export function keptState(work, facts) {
  const state = stateOf(work, facts);
  return { ...state, labels: [...state.labels, ...work.kept] };
}

function stateOf(work, { version, weights, key }) {
  const { cells, classes, test } = work;
  const handful = test && test.rows.map((row) => ({
    file: cells[row].file, content: cells[row].content, label: test.names.get(row) ?? null,
  }));
  return {
    version,
    weights: { name: weights, key },
    labels: answersOf(work),
    handful,
    classes: classes.map((name) => ({ name })),
  };
}

function answersOf({ cells, answers, elsewhere }) {
  const own = [...answers].map(([row, label]) =>
    ({ file: cells[row].file, label, content: cells[row].content }));
  return [...own, ...elsewhere];
}
