// The inverse of the incomplete beta function, for intervals of shares.

const [FRACTIONS, HALVINGS, TINY] = [10_000, 100, 1e-300];
// Lanczos' approximation with g = 7 and nine terms
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
];

/** The value below which a share that is Beta(a, b) lies with probability `p`. */
export function betaQuantile(a, b, p) {
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2;
    if (betaBelow(a, b, middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The probability that a share that is Beta(a, b) lies below x: I_x(a, b). */
function betaBelow(a, b, x) {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  // the fraction below converges fast on this side of the mean
  if (x > (a + 1) / (a + b + 2)) return 1 - betaBelow(b, a, 1 - x);
  const scale = logGamma(a + b) - logGamma(a) - logGamma(b);
  return (Math.exp(scale + a * Math.log(x) + b * Math.log1p(-x)) * fraction(a, b, x)) / a;
}

/** The continued fraction of I_x(a, b) (DLMF 8.17.22) by Lentz's method. */
function fraction(a, b, x) {
  let [c, d] = [1, 1 / safe(1 - ((a + b) * x) / (a + 1))];
  let value = d;
  for (let m = 1; m <= FRACTIONS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / safe(1 + term * d);
      c = safe(1 + term / c);
      change = c * d;
      value *= change;
    }
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return value;
}

const safe = (value) => (Math.abs(value) < TINY ? TINY : value);

function logGamma(z) {
  const series = LANCZOS.reduce((sum, term, i) => sum + (i ? term / (z - 1 + i) : term), 0);
  const t = z + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(t) - t + Math.log(series);
}
