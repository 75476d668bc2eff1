// Text as Python strips, folds, prints and orders it, so that the page and the command agree.

// what Python's str.strip and \s take for space; JavaScript's own differ in a few characters
const SPACE =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACES = new RegExp(`[${SPACE}]+`, "u");
const ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu");
const LINE_ENDS = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/u;
const NAMED = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text without spaces at its ends. */
export const strip = (text) => text.replace(ENDS, "");

/** The words of a text, which spaces part. */
export const words = (text) => text.split(SPACES).filter(Boolean);

/** The lines of a text that hold more than spaces. */
export const filledLines = (text) => text.split(LINE_ENDS).filter((line) => strip(line));

/** Text without differences of case, as Python's casefold but for letters of Cherokee. */
export function casefold(text) {
  if (isPlain(text)) return text.toLowerCase(); // nearly every file's name, at once
  const fold = (letter) => letter.toLowerCase().toUpperCase().toLowerCase();
  return Array.from(text, (letter) => (letter === "ı" ? letter : fold(letter))).join("");
}

/** Whether all of a text can be seen: no control characters, and no spaces but the plain one. */
export const isPrintable = (text) => /^(?:[^\p{C}\p{Z}]| )*$/u.test(text);

/** Whether all of a text is ASCII that can be seen. */
export const isPlain = (text) => /^[ -~]*$/.test(text);

/** A text between quotes, as Python's repr; letters that are not `shown` become escapes. */
export function quoted(text, shown = isPrintable) {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const letter = (one) => {
    if (one === "\\" || one === mark) return `\\${one}`;
    return shown(one) ? one : (NAMED[one] ?? escaped(one.codePointAt(0)));
  };
  return mark + Array.from(text, letter).join("") + mark;
}

/** A file's name as text: halves of characters, as old disks hold them, become escapes. */
export const writable = (name) =>
  name.replace(/\p{Surrogate}/gu, (half) => escaped(half.charCodeAt(0)));

/** Compares two texts by code point, as Python does; JavaScript's own order differs for emoji. */
export function byCodePoint(a, b) {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a[at] === b[at]) at += 1;
  if (at === shorter) return a.length - b.length;
  return rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
}

/** The different texts of a list, sorted. */
export const sortedNames = (names) => [...new Set(names)].sort(byCodePoint);

// halves of characters stand for code points above all whole ones
const rank = (unit) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

function escaped(code) {
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}
