// The names of classes and subjects: one door for folders, lists and the desk.

import { casefold, isPlain, isPrintable, quoted, strip, words, writable } from "./plain_text.js";

export const NOT_A_CELL = "not_a_cell"; // debris, several cells: a class, but kept apart from them
export const SKIPPED = ""; // seen, and left without a label

const LONGEST = 200; // bytes; file systems take 255
const JOINERS = /[\u200c\u200d]/g; // unseen, but Persian and Hindi spell with them
// how pandas, R and spreadsheets write "no value", in small letters
const NOTHING = "#n/a #na -nan <na> n/a na nan none null".split(" ");
const NO_CELL = ["notacell", "notasinglecell"]; // however it is written, or was in older lists

/**
 * A class name without spaces at its ends, fit to be a folder's name: {name, note}.
 *
 * One that other programs read as "no value", such as NA, becomes "class NA", and `note` says so;
 * otherwise it is "". Throws for a name that is empty, cannot be seen or typed, holds / or \,
 * starts with a full stop, or is longer than 200 bytes.
 */
export function className(text) {
  const { name, note } = toldApartFromNothing(strip(text), "class");
  const seen = name.replace(JOINERS, "");
  const typed = seen !== "" && isPrintable(seen) && !/[/\\]/.test(name);
  if (!typed || name[0] === "." || new TextEncoder().encode(name).length > LONGEST) {
    throw new Error(
      "The name of a class must also do for a folder: at most 200 bytes that can be seen and" +
        " typed, without / or \\ or a full stop at its start, but was" +
        ` ${quoted(text)}. Choose another.`,
    );
  }
  return { name, note };
}

/**
 * Each text as the name of a class, all distinct: {names, notes}. Throws as `className` and
 * `checkDistinct` do; the error begins with `where` the texts are.
 */
export function classNames(texts, where) {
  try {
    const found = texts.map(className);
    const names = found.map(({ name }) => name);
    checkDistinct(texts);
    checkDistinct(names);
    return { names, notes: found.map(({ note }) => note).filter(Boolean) };
  } catch (error) {
    throw new Error(`${where}: ${error.message}`, { cause: error });
  }
}

/** Throws if two of the names differ at most in case, spaces or the way accents are stored. */
export function checkDistinct(names) {
  const alike = new Map();
  for (const name of names) {
    const plain = plainName(name);
    if (alike.has(plain)) {
      // as escapes, because both may look the same
      const pair = [alike.get(plain), name].map((each) => quoted(each, isPlain));
      throw new Error(
        "Names of classes must differ by more than case, spaces or the form of accents, but" +
          ` [${pair.join(", ")}] do not. Merge or rename them.`,
      );
    }
    alike.set(plain, name);
  }
}

/** Adds a class to a list of their names; returns a sentence if its name is refused. */
export function addClass(classes, text) {
  try {
    const name = presentName(className(text).name);
    checkDistinct([NOT_A_CELL, ...classes, name]);
    classes.push(name);
  } catch (error) {
    return error.message;
  }
  return undefined;
}

/** One name for subjects that differ only in case or spaces, the first: {names, notes}. */
export function subjectNames(subjects) {
  const [first, names, merged, notes] = [new Map(), new Map(), [], []];
  for (const subject of new Set(subjects)) {
    const { name, note } = toldApartFromNothing(strip(writable(subject)), "subject");
    if (note) notes.push(note);
    const plain = plainName(name);
    if (!first.has(plain)) first.set(plain, name);
    names.set(subject, first.get(plain));
    if (first.get(plain) !== name) merged.push(`${quoted(name)} = ${quoted(first.get(plain))}`);
  }
  if (merged.length) {
    notes.push(
      `Subjects that differ only in case or spaces are taken for one: ${merged.join(", ")}.`,
    );
  }
  return { names: subjects.map((subject) => names.get(subject)), notes };
}

/** A name without differences of case, spaces, joiners or the form of accents. */
export const plainName = (name) =>
  words(casefold(name.replace(JOINERS, "").normalize("NFKC"))).join(" ");

/** A label as it is written today: that of no cell in any case, with spaces or hyphens. */
export function presentName(label) {
  const letters = casefold(words(label).join("").replace(/[_-]/g, ""));
  return NO_CELL.includes(letters) ? NOT_A_CELL : label;
}

function toldApartFromNothing(name, kind) {
  if (!NOTHING.includes(casefold(name))) return { name, note: "" };
  const told = `${kind} ${name.replaceAll("/", "")}`;
  return {
    name: told,
    note: `Other programs read ${quoted(name)} as 'no value', so it is called ${quoted(told)}.`,
  };
}
