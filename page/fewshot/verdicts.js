// How sure the classifier is of each class -> a verdict on each cell.

/**
 * A verdict on each of N cells; a labelled one, and its copies, keep their label.
 *
 * `shares` (N, C): how sure the classifier is of each class. `unlikeness` (N,) is changed where a
 * cell is labelled. Returns `first` and `second`, the likeliest classes' numbers (-1: none),
 * `certainty`, `unlike`, `unlikeness` and `labelled`, each (N,).
 */
export function verdictsOn(shares, unlikeness, labels) {
  const [n, width] = [unlikeness.length, labels.classes.length];
  const [first, second] = [new Int16Array(n), new Int16Array(n)];
  const [certainty, labelled] = [new Float32Array(n), new Uint8Array(n)];
  for (let row = 0, from = 0; row < n; row++, from += width) {
    let best = 0, next = -1;
    for (let c = 1; c < width; c++) {
      if (shares[from + c] > shares[from + best]) {
        next = best;
        best = c;
      } else if (next < 0 || shares[from + c] > shares[from + next]) {
        next = c;
      }
    }
    first[row] = best;
    second[row] = next;
    certainty[row] = shares[from + best];
  }
  labels.rows.forEach((row, i) => {
    for (const copy of labels.copies(row)) {
      [first[copy], second[copy], certainty[copy]] = [labels.codes[i], -1, 1];
      [unlikeness[copy], labelled[copy]] = [0, 1];
    }
  });
  const unlike = Uint8Array.from(unlikeness, (far) => far > 1);
  return { first, second, certainty, unlike, unlikeness, labelled };
}

/** How many cells were given each class, C numbers, of those with a label (1) or without (0). */
export function countCells({ first, labelled, classes }, which) {
  const counts = Array(classes.length).fill(0);
  for (let row = 0; row < first.length; row++) if (labelled[row] === which) counts[first[row]]++;
  return counts;
}
