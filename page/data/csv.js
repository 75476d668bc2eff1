// CSV (RFC 4180) as spreadsheets save it and as Python's csv and pandas write and read it.

import { filledLines } from "./plain_text.js";

const MARK = "\ufeff"; // tells spreadsheets that the text is UTF-8
// the letters of Windows-1252 from byte 128 to 159, five of which have none; all others are as in
// Unicode
const LETTERS = "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ";

/**
 * A list's bytes as text: {text, guessed}. UTF-8, or UTF-16 with its mark; otherwise it is
 * `guessed` to be Windows-1252, as Excel saves lists in Western Europe.
 */
export function textOf(bytes) {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decoded(bytes, "utf-16le");
  if (first === 0xfe && second === 0xff) return decoded(bytes, "utf-16be");
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), guessed: false };
  } catch {
    // not by TextDecoder, which takes these bytes for Latin-1 in Node 20
    const letter = (byte) => LETTERS[byte - 128] ?? String.fromCharCode(byte);
    return { text: Array.from(bytes, letter).join(""), guessed: true };
  }
}

/** What parts the fields of a list: the comma, semicolon or tab that is in its first line most. */
export function separatorOf(text) {
  const [first = ""] = filledLines(text);
  const times = (mark) => first.split(mark).length - 1;
  return [",", ";", "\t"].reduce((best, mark) => (times(mark) > times(best) ? mark : best));
}

/**
 * The rows of a list, each an array of texts; lines of spaces are none. Spaces before a field are
 * not part of it. Throws if a quotation mark is not closed.
 */
export function parseCsv(text, separator = separatorOf(text)) {
  const space = separator === "\t" ? " *" : "[ \\t]*";
  const quotes = '(?:"([^"]*(?:""[^"]*)*)"(?!"))?'; // a quotation mark inside is written twice
  const field = new RegExp(
    `${space}${quotes}([^${separator}\\r\\n]*)(${separator}|\\r\\n|\\n|\\r|$)`, "y",
  );
  const rows = [];
  let row = [];
  while (field.lastIndex < text.length || row.length) {
    const from = field.lastIndex;
    const [, inside, rest, end] = field.exec(text);
    if (inside === undefined && rest.startsWith('"')) {
      const line = text.slice(0, from).split(/\r\n|\n|\r/).length;
      throw new Error(`a quotation mark in line ${line} is not closed`);
    }
    row.push((inside ?? "").replaceAll('""', '"') + rest);
    if (end === separator) continue;
    if (row.length > 1 || row[0].trim()) rows.push(row);
    row = [];
  }
  return rows;
}

/** Rows as a list that spreadsheets and Python read: with the mark, CRLF, and few quotes. */
export function toCsv(rows) {
  return MARK + rows.map((row) => `${row.map(quotedIfNeeded).join(",")}\r\n`).join("");
}

function quotedIfNeeded(value, _, row) {
  const text = String(value);
  const alone = row.length === 1 && text === ""; // or it would be an empty line
  return alone || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function decoded(bytes, encoding) {
  return { text: new TextDecoder(encoding).decode(bytes), guessed: false };
}
