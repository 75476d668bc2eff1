// One key for each class, and those of what is no class.

import { NOT_A_CELL, SKIPPED } from "../data/class_names.js";

export const UNDO = Symbol("undo");

const CLASS_KEYS = "123456789abcdefghijklmnopqrtvwxyz"; // without s and u, which mean:
const OTHERS = { 0: NOT_A_CELL, s: SKIPPED, u: UNDO, Backspace: UNDO };

/** The key of the class at a place in the list; undefined where keys have run out. */
export const keyOf = (place) => CLASS_KEYS[place];

/** Whether a pressed key is text in a field, or a command of the browser's. */
export const isTyped = ({ ctrlKey, metaKey, altKey, target }) =>
  ctrlKey || metaKey || altKey || Boolean(target.matches?.("input, textarea, select"));

/** What a key means with these classes: one of them, NOT_A_CELL, SKIPPED, UNDO, or undefined. */
export function meaning(event, classes) {
  if (isTyped(event)) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (Object.hasOwn(OTHERS, key)) return OTHERS[key];
  const place = key.length === 1 ? CLASS_KEYS.indexOf(key) : -1;
  return place < 0 ? undefined : classes[place];
}
