// A session as one file, which brings everything back but the images.

import { className, SKIPPED } from "../data/class_names.js";

export const SESSION_NAME = "bloodshot-session.json";

const FORMAT = "bloodshot-session-1";
const ABOUT =
  "This file holds work with BloodShot, saved from its page. It holds no images and no pixels of" +
  " images. It holds: the names of the image files and their folders, as they were chosen; the" +
  " name that a person gave to each cell; and a fingerprint (part of SHA-256) of each file, by" +
  " which the same file is known again. Names of files and folders may name patients, and" +
  " fingerprints belong to their images: keep this file as you keep the images.";

const CONTENT = /^[0-9a-f]{32}$/;

/**
 * A session as text, for a file.
 *
 * - `version`, `weights` {name, key}: BloodShot's.
 * - `labels`: [{file, label, content}], in the order of answers, "" for a skipped cell; `subject`
 *   too, if a list named one.
 * - `handful`: the random cells of a test, [{file, label, content}], label null if not yet named;
 *   null if there is no test.
 * - `classes`: [{name}], in the order of their buttons.
 */
export function sessionText({ version, weights, labels, handful = null, classes = [] }) {
  const state = { version, weights, classes, labels, handful };
  return JSON.stringify({ format: FORMAT, about: ABOUT, ...state }, null, 1);
}

/**
 * The state that `sessionText` saved, and `notes` of what to know: that it was saved with other
 * weights than `weights` {name, key}.
 *
 * Throws for a file that is no session, a damaged one, and one of another format.
 */
export function readSession(text, weights) {
  const saved = parsed(text);
  const told = (found, what) => {
    if (!found) throw damaged(what);
  };
  told(typeof saved.version === "string", "it does not say its version");
  told(isObject(saved.weights) && typeof saved.weights.key === "string", "it names no weights");
  told(Array.isArray(saved.labels) && saved.labels.every(isLabel), "a label is not whole");
  told(saved.handful === null || (Array.isArray(saved.handful) && saved.handful.every(isTested)),
    "a test cell is not whole");
  told(Array.isArray(saved.classes) && saved.classes.every(isClass), "a class is not whole");
  const { version, labels, handful, classes } = saved;
  const state = { version, weights: saved.weights, labels, handful, classes };
  if (saved.weights.key === weights.key) return { ...state, notes: [] };
  const note =
    `This session was saved with the weights ${saved.weights.name}, and this page has` +
    ` ${weights.name}: your labels are kept, and verdicts may differ from those you saw.`;
  return { ...state, notes: [note] };
}

function parsed(text) {
  let saved;
  try {
    saved = JSON.parse(text);
  } catch (error) {
    throw damaged(error.message);
  }
  const format = isObject(saved) ? String(saved.format) : "";
  if (format === FORMAT) return saved;
  throw new Error(
    format.startsWith("bloodshot-session-")
      ? `This session is in the format ${format}, and this page reads ${FORMAT}: open it in the` +
        " page that saved it, and save labels.csv there, which every version reads."
      : "This file is no session of this page: choose one that it saved.",
  );
}

const damaged = (why) =>
  new Error(`This session file is damaged (${why}): choose another copy of it, or a labels.csv.`);

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

// a row of another list, of cells that were not at hand, may have no content, or an odd one
const isLabel = (row) =>
  isObject(row) && typeof row.file === "string" && typeof row.content === "string" &&
  (row.label === SKIPPED || isName(row.label));

const isTested = (row) =>
  isObject(row) && CONTENT.test(row.content) && isLabel({ ...row, label: row.label ?? SKIPPED });

const isClass = (each) => isObject(each) && isName(each.name);

function isName(name) {
  try {
    return className(name).name === name;
  } catch {
    return false;
  }
}
