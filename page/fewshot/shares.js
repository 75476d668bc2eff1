// Each class's share of all cells, of which some have a label and are in no doubt.

import { estimatePrevalence } from "./prevalence.js";
import { countCells } from "./verdicts.js";

/**
 * Rows {label, cells, share, low, high}, without the class of what is no cell.
 *
 * Only cells without a label are in doubt, so that an interval never begins below the share of the
 * labelled ones. `accuracy` is what `expectedAccuracy` returned for the same classes.
 */
export function sharesOfAll(verdicts, accuracy) {
  const [others, own] = [countCells(verdicts, 0), countCells(verdicts, 1)];
  const kept = [...verdicts.classes.keys()].filter((c) => {
    return !accuracy.apart.includes(verdicts.classes[c]);
  });
  const sum = (counts) => kept.reduce((all, c) => all + counts[c], 0);
  const [doubted, total] = [sum(others), Math.max(sum(others) + sum(own), 1)];
  const bounds = doubted ? estimatePrevalence(others, accuracy) : null;
  return kept.map((c, i) => {
    const [cells, label] = [others[c] + own[c], verdicts.classes[c]];
    const [low, high] = bounds
      ? [bounds[i].low, bounds[i].high].map((end) => (end * doubted + own[c]) / total)
      : [cells / total, cells / total];
    return { label, cells, share: cells / total, low, high };
  });
}
