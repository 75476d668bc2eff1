// Which new images are like no labelled one in size or light.

// measured on six laboratories' cells: see bloodshot_lib/own_cells/image_differences.py
const [SIZES_DIFFER, COLOURS_DIFFER, TOO_MANY] = [1.25, 20, 0.08];

/**
 * Whether each new cell differs from every labelled one: [{size, colour}].
 *
 * Cells have `width`, in pixels, as the file's header has it, and `light` [red, green, blue].
 */
export function differing(newCells, labelledCells) {
  const widths = [...new Set(labelledCells.map(({ width }) => width))];
  const lights = labelledCells.map((cell) => cell.light);
  const unlike = (width) => (other) => Math.abs(Math.log(width) - Math.log(other));
  const least = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);
  const gap = (light) => (other) =>
    Math.max(...light.map((value, band) => Math.abs(value - other[band])));
  return newCells.map(({ width, light }) => ({
    size: least(widths.map(unlike(width))) > Math.log(SIZES_DIFFER),
    colour: least(lights.map(gap(light))) > COLOURS_DIFFER,
  }));
}

/** What cells.csv says of it: "size", "colour", "size and colour" or "". */
export const differsIn = ({ size, colour }) =>
  [size ? "size" : "", colour ? "colour" : ""].filter(Boolean).join(" and ");

/** What to know if many of the `n` new cells without a label differ, as `differing` says. */
export function differenceWarnings(differ, newCells, labelledCells, n) {
  const spans = [labelledCells, newCells.filter((_, row) => differ[row].size)].map(span);
  const why = {
    size:
      `The labelled images are ${spans[0]} px wide and these ${spans[1]} px. If cells fill` +
      " another share of the image",
    colour: "If stain, lamp or camera has changed",
  };
  return ["size", "colour"].flatMap((what) => {
    const some = newCells.filter((_, row) => differ[row][what]);
    if (some.length <= TOO_MANY * n) return [];
    return [
      `${some.length} of ${n} new images differ in ${what} from every labelled one, first` +
        ` ${some[0].file}; cells.csv marks them. ${why[what]}, label cells of them too, or` +
        " classify them by labels of their own.",
    ];
  });
}

/** What to know if new cells are identical files. */
export function copied(newCells) {
  const [seen, copies] = [new Set(), []];
  for (const { file, content } of newCells) {
    if (seen.has(content)) copies.push(file);
    seen.add(content);
  }
  if (!copies.length) return [];
  return [
    `${copies.length} of the ${newCells.length} new images are identical to others, first` +
      ` ${copies[0]}, and each counts as a cell: leave one of each.`,
  ];
}

function span(cells) {
  const widths = cells.map(({ width }) => width).sort((a, b) => a - b);
  return [...new Set([widths[0], widths.at(-1)])].join(" to ");
}
