// What a folder's sub-folders are: asked where only the person who made them knows.

import { labelsByFolder, meanings, subjectsByFolder } from "../data/sorted_folders.js";
import { ask } from "../desk/questions.js";

const NAMED = 6;

/**
 * The images of a listing, with `label` and `subject` where folders give them: `files`; whether
 * they are `inClasses`; and `notes`. Throws if the folder is refused, with the sentence.
 */
export async function meantFiles(listing, place) {
  const { meaning, refusal } = meanings(listing);
  if (refusal) throw new Error(refusal);
  const { images } = listing;
  const meant = meaning === "classes or patients" ? await askOf(listing, place) : meaning;
  if (meant === "classes") {
    const { labels, subjects, notes } = labelsByFolder(images, listing.root || "The choice");
    const files = images.map((image, i) => ({ ...image, label: labels[i], subject: subjects[i] }));
    return { files, inClasses: true, notes };
  }
  if (meant === "patients") {
    const { subjects, notes } = subjectsByFolder(images);
    const files = images.map((image, i) => ({ ...image, subject: subjects[i] }));
    return { files, inClasses: false, notes };
  }
  return { files: images.map((image) => ({ ...image, subject: "" })), inClasses: false, notes: [] };
}

function askOf({ folders }, place) {
  const named = folders.slice(0, NAMED).join(", ") + (folders.length > NAMED ? ", ..." : "");
  return ask(place, `The images are in ${folders.length} folders: ${named}. What are they?`, [
    ["classes", "classes: each cell has its folder’s name as its label"],
    ["patients", "patients or slides: cells have no label yet"],
    ["nothing", "neither"],
  ]);
}
