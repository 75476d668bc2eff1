// The little linear algebra that is needed. Matrices are flat arrays, row after row.

const LEAST_PIVOT = 1e-10; // of the largest diagonal entry

/**
 * The lower triangular L (n, n) with L L' = A (n, n), symmetric.
 *
 * A row that depends on those before it, such as that of a copy, gets an infinite diagonal: to
 * solve with it gives 0 there.
 */
export function cholesky(A, n, leastPivot = LEAST_PIVOT) {
  const L = new Float64Array(n * n);
  let least = 0;
  for (let i = 0; i < n; i++) least = Math.max(least, A[i * n + i] * leastPivot);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      L[i * n + j] = (A[i * n + j] - dot(L, i * n, j * n, j)) / L[j * n + j];
    }
    const pivot = A[i * n + i] - dot(L, i * n, i * n, i);
    L[i * n + i] = pivot > least ? Math.sqrt(pivot) : Infinity;
  }
  return L;
}

/** The inner product of two stretches of L, n numbers from i and from j; four sums are faster. */
function dot(L, i, j, n) {
  let a = 0, b = 0, c = 0, d = 0, k = 0;
  for (; k + 3 < n; k += 4) {
    a += L[i + k] * L[j + k];
    b += L[i + k + 1] * L[j + k + 1];
    c += L[i + k + 2] * L[j + k + 2];
    d += L[i + k + 3] * L[j + k + 3];
  }
  for (; k < n; k++) a += L[i + k] * L[j + k];
  return a + b + (c + d);
}

/** B (n, m) becomes L^-1 B, for a lower triangular L (n, n). */
export function solveLower(L, n, B, m) {
  for (let i = 0; i < n; i++) {
    const row = i * m;
    let j = 0;
    for (; j + 3 < i; j += 4) {
      const a = L[i * n + j];
      const b = L[i * n + j + 1];
      const c = L[i * n + j + 2];
      const d = L[i * n + j + 3];
      const from = j * m;
      for (let k = 0; k < m; k++) {
        const at = from + k;
        B[row + k] -= a * B[at] + b * B[at + m] + (c * B[at + 2 * m] + d * B[at + 3 * m]);
      }
    }
    for (; j < i; j++) subtract(B, row, j * m, m, L[i * n + j]);
    divide(B, row, m, L[i * n + i]);
  }
}

/** B (n, m) becomes L'^-1 B, for a lower triangular L (n, n). */
export function solveUpper(L, n, B, m) {
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) subtract(B, i * m, j * m, m, L[j * n + i]);
    divide(B, i * m, m, L[i * n + i]);
  }
}

function subtract(B, row, other, m, factor) {
  for (let k = 0; k < m; k++) B[row + k] -= factor * B[other + k];
}

function divide(B, row, m, by) {
  for (let k = 0; k < m; k++) B[row + k] /= by;
}

/** A square matrix (n, n) becomes its transpose. */
export function transpose(A, n) {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) [A[i * n + j], A[j * n + i]] = [A[j * n + i], A[i * n + j]];
  }
}

/** A (p, n) times B (n, m), shape (p, m); four rows of B at a time are faster. */
export function multiply(A, B, p, n, m) {
  const C = new Float64Array(p * m);
  for (let i = 0; i < p; i++) {
    const row = i * m;
    let j = 0, at = i * n;
    for (; j + 3 < n; j += 4, at += 4) {
      const a = A[at], b = A[at + 1], c = A[at + 2], d = A[at + 3];
      for (let k = 0, q = j * m; k < m; k++, q++) {
        C[row + k] += a * B[q] + b * B[q + m] + (c * B[q + 2 * m] + d * B[q + 3 * m]);
      }
    }
    for (; j < n; j++, at++) for (let k = 0; k < m; k++) C[row + k] += A[at] * B[j * m + k];
  }
  return C;
}

/** The sums of squares of the columns of B (n, m), (m,). */
export function squaredColumns(B, n, m) {
  const sums = new Float64Array(m);
  for (let i = 0; i < n; i++) for (let k = 0; k < m; k++) sums[k] += B[i * m + k] ** 2;
  return sums;
}
