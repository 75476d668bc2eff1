// The images among chosen files, their folders, and what is left out, each with its reason.

import { byCodePoint, casefold, writable } from "./plain_text.js";

// .heic and .heif are not among them: the command has no reader for them either
const IMAGE_SUFFIXES =
  ".bmp .jfif .jpe .jpeg .jpg .png .tif .tiff .webp .avif".split(" ");
// what the command leaves in the folders it makes, whose images are copies
const OUR_FILES = ["contact_sheet.html", "summary.json"];
// hidden files, what macOS (a shadow of every file in an archive) and Windows leave everywhere, and
// a data set's licence
const DEBRIS = ["__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "license"];
const SYSTEM = [
  "@eadir", "@recently-snapshot", "@recycle", "@tmp", "#recycle", "#snapshot", "$extend",
  "$recycle.bin", "__pycache__", "lost+found", "network trash folder", "recycler",
  "system volume information", "temporary items",
];
const SESSION = /^bloodshot-session.*\.json$/;

/**
 * What is among files [{path, ...}], as a drop or a field for folders gives them: `path` begins
 * with the chosen folder's name, or is a bare name.
 *
 * - `root`: the chosen folder's name; "" for single files or several folders.
 * - `images`: the files that are images, each with `file`, its path below `root`, sorted by it.
 * - `folders`: the names of the folders in `root` that hold images, sorted.
 * - `leftOut`: [{path, why}]; hidden files and other debris are left out in silence.
 * - `lists`, `sessions`: the files that are lists (CSV), and those that may be saved sessions.
 * - `made`: the folders that the command made.
 * - `depth`: how many folders an image lies in below `root`, at most.
 */
export function listImages(files, suffixes = IMAGE_SUFFIXES) {
  const root = commonFolder(files);
  const found = { root, images: [], lists: [], sessions: [], made: [] };
  const [seen, holding, left] = [new Set(), new Set(), new Map()]; // holding: folders
  const leave = (path, why) => left.set(path, why);
  for (const each of [...files].sort((one, other) => byCodePoint(one.path, other.path))) {
    const below = root ? each.path.slice(root.length + 1) : each.path;
    const parts = below.split("/");
    const [name, ...above] = parts.toReversed();
    if (parts.some(isDebris)) continue;
    const system = parts.findIndex((part) => SYSTEM.includes(casefold(part)));
    if (system >= 0 && system < parts.length - 1) {
      const path = [root, ...parts.slice(0, system + 1)].filter(Boolean).join("/");
      leave(path, "a folder of the system");
      continue;
    }
    for (let n = 1; n <= above.length; n += 1) holding.add(parts.slice(0, n).join("/"));
    if (seen.has(each.path)) leave(each.path, "chosen twice, or another file of the same name");
    else if (suffixes.includes(suffixOf(name))) {
      found.images.push({ ...each, file: writable(below) });
    } else if (suffixOf(name) === ".csv") found.lists.push(each);
    else if (isSession(name, each.path)) found.sessions.push(each);
    else if (!OUR_FILES.includes(name)) leave(each.path, "of a kind that is not read");
    else if (above.length) found.made.push(above.toReversed().join("/"));
    seen.add(each.path);
  }
  found.images.sort((one, other) => byCodePoint(one.file, other.file));
  const full = new Set(found.images.flatMap(({ file }) => foldersOf(file)));
  for (const folder of holding) {
    const path = root ? `${root}/${folder}` : folder;
    if (!full.has(writable(folder))) leave(path, "a folder without images");
  }
  const folders = [...full].filter((folder) => !folder.includes("/")).sort(byCodePoint);
  const leftOut = Array.from(left, ([path, why]) => ({ path, why }));
  const levels = found.images.map(({ file }) => file.split("/").length - 1);
  const depth = levels.reduce((most, level) => Math.max(most, level), 0);
  return { ...found, folders, leftOut, depth };
}

/**
 * Cells [{file, content}] in the command's order, on which its draws depend: by name, and by
 * content; with `inClasses` by the name below the class's folder, so that a cell which is moved
 * to another class keeps its place.
 */
export function inOrder(cells, inClasses = false) {
  const name = ({ file }) => (inClasses ? file.split("/").slice(1).join("/") : file);
  return [...cells].sort((one, other) =>
    byCodePoint(name(one), name(other)) || byCodePoint(one.content, other.content));
}

/** The chosen folder, if all files are in one. */
function commonFolder(files) {
  const tops = new Set([...files].map(({ path }) => path.split("/", 2)).map(([top, next]) =>
    next === undefined ? "" : top));
  return tops.size === 1 ? [...tops][0] : "";
}

function foldersOf(file) {
  const parts = file.split("/").slice(0, -1);
  return parts.map((_, n) => parts.slice(0, n + 1).join("/"));
}

const isDebris = (part) => part.startsWith(".") || DEBRIS.includes(casefold(part));

// one that was renamed is still found when it is chosen by itself
const isSession = (name, path) =>
  SESSION.test(casefold(name)) || (suffixOf(name) === ".json" && !path.includes("/"));

function suffixOf(name) {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot).toLowerCase() : "";
}
