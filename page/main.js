// The page: a folder is dropped, cells are named, the rest is judged, the result is saved.

import { inOrder, listImages } from "./data/image_listing.js";
import { dropZone } from "./desk/drop_zone.js";
import { el } from "./desk/elements.js";
import { progressBar } from "./desk/progress_bar.js";
import { ask } from "./desk/questions.js";
import { embedCells } from "./embedder/embedded_cells.js";
import { carried, startEngine } from "./engine.js";
import { meantFiles } from "./own_cells/folder_meaning.js";
import { forget, keep, kept } from "./own_cells/kept_work.js";
import { KEPT, adopt, ofState, openedLists } from "./own_cells/opened_lists.js";
import { keptState } from "./own_cells/saved_files.js";
import { lacking } from "./unpacking.js";
import { View } from "./view.js";
import { cellsOfFields } from "./whole_fields.js";
import { Work } from "./work.js";

const KEPT_AFTER = 500; // milliseconds without another answer
const MANY = 20_000; // cells, which take some 2 GB

const facts = JSON.parse(carried("facts"));
const place = (id) => document.getElementById(id);
let engine = null;
let work = null;
let waiting = []; // lists that were opened before their cells
let busy = false;

/** What was dropped or chosen: lists and sessions, then images, of cells or of `whole` fields. */
async function take(chosen, whole) {
  if (busy) return say(["The page is still looking at the last folder: wait, or stop it."]);
  busy = true;
  place("working").replaceChildren(el("p", { role: "status" }, "Reading the list of files"));
  try {
    const files = await chosen;
    await new Promise((resolve) => setTimeout(resolve)); // so that this can be seen
    const listing = listImages(files);
    const { found, notes } = await openedLists(listing, { name: facts.weights, key: facts.key });
    waiting.push(...found);
    if (listing.images.length) notes.push(...(await open(listing, whole)));
    else if (!found.length && !notes.length) {
      notes.push("There is no image among these files that is read: choose a folder of cells.");
    }
    if (work) notes.push(...(await adopt(work, waiting.splice(0))));
    else if (waiting.length) notes.push("The labels are read: now drop the folder of their cells.");
    say(notes);
    if (work && !work.queue.length && !work.test) await work.askMore();
  } catch (error) {
    say([error.message]);
  }
  place("working").replaceChildren();
  place("open").classList.toggle("small", work !== null);
  busy = false;
}

/** Embed the images of a listing, and begin a work with them; returns what to know. */
async function open(listing, whole) {
  const meant = await (whole ? inFields(listing) : meantFiles(listing, place("working")));
  const { files, inClasses, notes } = meant;
  await checkNumber(files.length);
  const stopping = new AbortController();
  const bar = progressBar("Looking at the cells", () => stopping.abort());
  place("working").replaceChildren(bar.element);
  engine ??= await startEngine(facts.size);
  const { cells, embeddings, leftOut } = await embedCells(engine.pool, files, facts.dim, {
    order: (seen) => inOrder(seen, inClasses), show: bar.show, signal: stopping.signal,
  });
  if (cells.length < 2) throw new Error(tooFew(cells, leftOut));
  bar.say("Comparing the cells");
  work = new Work(engine.judge, changed);
  work.leftOut = [...listing.leftOut, ...(meant.leftOut ?? []), ...leftOut];
  const [naming, found, saving] = ["naming", "found", "saving"].map(place);
  work.view = new View(work, facts, { naming, found, saving });
  await work.take(cells, embeddings, facts.dim);
  const { state, failure } = await kept();
  if (state) waiting.unshift(ofState(KEPT, state));
  const labelled = cells.filter(({ label }) => label !== undefined);
  await work.adopt(labelled.map(({ row, label }) => [row, label]));
  return [...notes, ...(failure ? [failure] : []), ...stoppedNote(stopping, cells, files)];
}

/** The cells in whole fields, by workers that end as soon as these are cut out. */
async function inFields(listing) {
  engine ??= await startEngine(facts.size);
  const pool = engine.fieldPool();
  try {
    return await cellsOfFields(listing, pool, place("working"));
  } finally {
    pool.end();
  }
}

async function checkNumber(n) {
  if (n <= MANY) return;
  const question = `These are ${n} images. The page keeps what it needs of each in memory, and ` +
    `is made for ${MANY} at most; the commands (bloodshot classify) take any number.`;
  const going = await ask(place("working"), question, [[true, "go on"], [false, "stop here"]]);
  if (!going) throw new Error("No image was looked at.");
}

const tooFew = (cells, leftOut) =>
  `There must be at least two cells, but ${cells.length} could be read.` +
  leftOut.slice(0, 3).map(({ path, why }) => ` ${path}: ${why}`).join("");

const stoppedNote = ({ signal }, cells, files) =>
  signal.aborted ? [`Stopped: ${cells.length} of ${files.length} files were looked at.`] : [];

let keeping = null;

function changed() {
  work.view.show();
  clearTimeout(keeping);
  if (!work.answers.size) return;
  keeping = setTimeout(async () => {
    const failure = await keep(keptState(work, facts));
    if (failure) say([failure]);
  }, KEPT_AFTER);
}

function say(sentences) {
  place("said").replaceChildren(...sentences.map((text) => el("p", { class: "box" }, text)));
}

const missing = lacking();
if (missing) say([missing]);
else place("open").replaceChildren(dropZone(take));
place("about").textContent = `BloodShot ${facts.version}, weights ${facts.weights}.`;
place("forget").addEventListener("click", async () => {
  say([(await forget()) || "What this browser kept is removed; files that you saved are not."]);
});
