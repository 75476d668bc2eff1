// What the sub-folders of a chosen folder may mean: nothing, classes, patients; or what is wrong.

import { classNames, presentName, subjectNames } from "./class_names.js";
import { casefold } from "./plain_text.js";

const PARTS = ["test", "testing", "train", "training", "val", "valid", "validation"];

/**
 * What the folders of a listing may mean: {meaning, refusal}.
 *
 * `meaning` is "none" if all images are in the chosen folder itself; "classes or patients" if they
 * are in its sub-folders, which only the person who made them knows; "classes" if those hold
 * folders again, which are then patients; and "" if the folder is refused, for which `refusal` is
 * the sentence.
 */
export function meanings(listing) {
  const refusal = refusalOf(listing);
  if (refusal) return { meaning: "", refusal };
  const meaning = ["none", "classes or patients", "classes"][listing.depth];
  return { meaning, refusal: "" };
}

/**
 * The label of each image, the name of its folder, and its subject, the folder in that or "":
 * {labels, subjects, notes}. Throws for a name that is no `className`, or two that are alike.
 */
export function labelsByFolder(images, where = "The folder") {
  const parts = images.map(({ file }) => file.split("/"));
  const folders = [...new Set(parts.map(([folder]) => folder))];
  const { names, notes } = classNames(folders, where);
  const called = new Map(folders.map((folder, place) => [folder, presentName(names[place])]));
  const subjects = subjectNames(parts.map((path) => (path.length > 2 ? path[1] : "")));
  return {
    labels: parts.map(([folder]) => called.get(folder)),
    subjects: subjects.names,
    notes: [...notes, ...subjects.notes],
  };
}

/** The subject of each image, the name of its folder: {subjects, notes}. */
export function subjectsByFolder(images) {
  const folders = images.map(({ file }) => file.split("/").slice(0, -1).join("/"));
  const { names, notes } = subjectNames(folders);
  return { subjects: names, notes };
}

function refusalOf({ root, images, folders, made, depth }) {
  const chosen = root || "The choice";
  if (made.length) return `${made[0]} was made by BloodShot: move it out of ${chosen}.`;
  if (!images.length) return `${chosen} holds no image that is read: choose another folder.`;
  const tooDeep = images.find(({ file }) => file.split("/").length > 3);
  if (tooDeep) {
    const parts = tooDeep.file.split("/");
    return (
      `${parts.slice(0, 2).join("/")} holds folders again (${parts[2]}, ...): move their images` +
      " up, or the folders away."
    );
  }
  return besideFolders(images, chosen) || levelTooHigh(images, folders, chosen, depth);
}

/** Images in a folder and in its sub-folders: whose are the first? */
function besideFolders(images, chosen) {
  const inside = new Map(); // the folder -> its own images, and those in its sub-folders
  for (const { file } of images) {
    const parts = file.split("/");
    for (let n = 0; n < parts.length; n += 1) {
      const folder = parts.slice(0, n).join("/");
      if (!inside.has(folder)) inside.set(folder, { own: [], below: [] });
      const { own, below } = inside.get(folder);
      if (n === parts.length - 1) own.push(parts[n]);
      else below.push(parts[n]);
    }
  }
  for (const [folder, { own, below }] of inside) {
    if (!own.length || !below.length) continue;
    return (
      `${folder || chosen} holds images (${own[0]}, ...) and beside them folders with images` +
      ` (${below[0]}, ...). If these are folders of classes or patients, give the other images` +
      " one too; otherwise move the images up."
    );
  }
  return "";
}

/** A folder that is probably one level too high: its classes would be taken for patients. */
function levelTooHigh(images, folders, chosen, depth) {
  const asParts = folders.every((folder) => PARTS.includes(casefold(folder)));
  const allDeep = images.every(({ file }) => file.split("/").length === 3);
  if (depth < 2 || !allDeep || (folders.length > 1 && !asParts)) return "";
  const inner = images[0].file.split("/")[1];
  return (
    `${folders[0]} holds only folders (${inner}, ...). If those are the classes, ${chosen} is one` +
    ` level too high: choose ${folders[0]}. If they are patients, add another class.`
  );
}
