// Whole fields -> single cells: found, corrected by the person, and cut out.

import { meanings, subjectsByFolder } from "./data/sorted_folders.js";
import { correctedBoxes } from "./desk/field_desk.js";
import { progressBar } from "./desk/progress_bar.js";
import { sideFor } from "./fields/cutting.js";
import { notesOn, refuseSingleCells } from "./own_cells/field_notes.js";
import { cutCells, findCells } from "./own_cells/found_cells.js";

/**
 * The cells in the fields of a listing, as files: `files` [{path, blob, file, subject}], `notes`,
 * and `leftOut`, the fields that were not read. `pool` is a FieldPool, and `place` shows the work.
 *
 * Throws a sentence if there are no cells, or if they are not wanted.
 */
export async function cellsOfFields(listing, pool, place) {
  const { refusal } = meanings(listing);
  if (refusal) throw new Error(refusal);
  const { subjects, notes } = subjectsByFolder(listing.images);
  const images = listing.images.map((image, n) => ({ ...image, subject: subjects[n] }));
  const { signal, begin } = steps(place);
  const found = await findCells(pool, images, {
    signal, scaling: begin("Looking for the size of the cells"), finding: begin("Finding cells"),
  });
  const { fields, width, others, leftOut } = found;
  const side = sideFor(width);
  if (!fields.some(({ boxes }) => boxes.length)) throw new Error(noCell(fields));
  refuseSingleCells(fields, side);
  const searched = `Stopped: ${fields.length} of ${images.length} fields were searched.`;
  const stopped = signal.aborted ? [searched] : [];
  const boxes = await correctedBoxes(place, fields, {
    median: width, notes: [...stopped, ...notesOn(fields, side, width, others)],
  });
  if (!boxes) throw new Error("No cell was taken from these fields.");
  const cutting = steps(place);
  const files = await cutCells(pool, fields, boxes, side, {
    signal: cutting.signal, show: cutting.begin("Cutting out the cells"),
  });
  if (cutting.signal.aborted) throw new Error("Stopped: no cell was taken from these fields.");
  return { files, notes, leftOut };
}

/** Steps that one button stops: `begin(what)` gives what shows how far a step is. */
function steps(place) {
  const stopping = new AbortController();
  const begin = (what) => {
    const bar = progressBar(what, () => stopping.abort());
    return (done, of) => {
      if (!bar.element.isConnected) place.replaceChildren(bar.element);
      bar.show(done, of);
    };
  };
  return { signal: stopping.signal, begin };
}

const noCell = ({ length }) =>
  `No white cell was found in ${length === 1 ? "this field" : `these ${length} fields`}. If there` +
  " are some, measure one and pass its width in pixels to bloodshot crop, as --width.";
