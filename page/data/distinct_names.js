// Names for the files of one folder, as the commands make them.

import { plainName } from "./class_names.js";
import { contentKey } from "./contents.js";
import { writable } from "./plain_text.js";

const LONGEST = 190; // bytes, so that a number and a suffix fit into 200
const FORBIDDEN = /[/\\:*?"<>|\x00-\x1f]/g; // on some disk that people carry about
const bytes = (text) => new TextEncoder().encode(text);

/**
 * Names of at most 190 bytes that any disk takes and none takes for each other.
 *
 * A name stays as it is if it can, whatever the others are. One that is too long, or differs from
 * an earlier one at most in case or accents' storage, gets a part of its own hash.
 */
export function distinctNames(names) {
  const taken = new Set();
  return names.map((name) => {
    const short = writable(name).replace(FORBIDDEN, "_").replace(/[. ]+$/, "") || "_";
    const fits = bytes(short).length <= LONGEST && !taken.has(plainName(short));
    const given = fits ? short : marked(short, `~${contentKey(bytes(name)).slice(0, 8)}`);
    taken.add(plainName(given));
    return given;
  });
}

/** A name with a mark before its suffix, shortened to whole characters. */
function marked(name, mark) {
  const [, stem, suffix] = /^(.*?[^.].*?|)(\.[^.]{0,5})?$/s.exec(name);
  const room = LONGEST - bytes(mark + (suffix ?? "")).length;
  const short = new TextDecoder().decode(bytes(stem).subarray(0, room)).replace(/\ufffd+$/, "");
  return short + mark + (suffix ?? "");
}
