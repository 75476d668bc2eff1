// A product of large matrices, for where nothing faster is at hand.

const ROWS = 16; // of B at a time, which stay in the processor's cache

/** A (n, width) times B (m, width)', shape (n, m), two rows by four at a time. */
export function products(A, B, width) {
  const [n, m] = [A.length / width, B.length / width];
  const C = new Float32Array(n * m);
  for (let first = 0; first < m; first += ROWS) {
    const end = Math.min(first + ROWS, m);
    for (let i = 0; i < n; i += 2) {
      for (let j = first; j < end; j += 4) tile(A, B, width, C, m, rowsFrom(i, n), rowsFrom(j, m));
    }
  }
  return C;
}

/** Four rows; beyond the last it is repeated, so that there are no smaller tiles. */
function rowsFrom(i, n) {
  return [i, Math.min(i + 1, n - 1), Math.min(i + 2, n - 1), Math.min(i + 3, n - 1)];
}

function tile(A, B, width, C, m, [i0, i1], [j0, j1, j2, j3]) {
  let a = 0, b = 0, c = 0, d = 0; // of the first row
  let e = 0, f = 0, g = 0, h = 0;
  let p = i0 * width, q = i1 * width;
  let r = j0 * width, s = j1 * width, t = j2 * width, u = j3 * width;
  for (const end = p + width; p < end; p++, q++, r++, s++, t++, u++) {
    const x = A[p], y = A[q];
    a += x * B[r];
    b += x * B[s];
    c += x * B[t];
    d += x * B[u];
    e += y * B[r];
    f += y * B[s];
    g += y * B[t];
    h += y * B[u];
  }
  C[i0 * m + j0] = a;
  C[i0 * m + j1] = b;
  C[i0 * m + j2] = c;
  C[i0 * m + j3] = d;
  C[i1 * m + j0] = e;
  C[i1 * m + j1] = f;
  C[i1 * m + j2] = g;
  C[i1 * m + j3] = h;
}
