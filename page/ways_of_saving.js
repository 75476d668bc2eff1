// What a work can be saved as.

import { save } from "./desk/saving.js";
import { cellsFile, labelsFile, sessionFile } from "./own_cells/saved_files.js";
import { SESSION_NAME } from "./own_cells/session.js";
import { reportPage } from "./report.js";

/** The ways of saving a work, as `saving` shows them; `told()` is what its results show. */
export function waysOfSaving(work, facts, told) {
  const judged = (write) => () => work.trust && write();
  return [
    ["labels.csv", "the labels that you gave; this page reads it again, and so do the commands",
      () => save("labels.csv", labelsFile(work), "text/csv")],
    ["cells.csv", "a line for each cell, as bloodshot classify writes it", judged(async () => {
      const nearest = await work.judge.nearestToEach(work.cells.length);
      save("cells.csv", cellsFile(work, nearest), "text/csv");
    })],
    ["Report", "a page that opens by itself and can be printed; it holds pictures of your cells",
      judged(() => save("report.html", reportPage(told(), facts), "text/html"))],
    ["Session", "all that you did here, but no picture: drop it here again, with the cells",
      () => save(SESSION_NAME, sessionFile(work, facts), "application/json")],
  ];
}
