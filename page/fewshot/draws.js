// Random numbers of the distributions that intervals are made of. They need not be numpy's.

const DIRECTLY = 16; // a binomial of so few trials is counted

/** A small generator (sfc32, Doty-Humphrey 2010) and what is drawn with it; a seed, a sequence. */
export class Draws {
  #words;
  #spare = null; // normal numbers come in pairs

  constructor(seed) {
    this.#words = new Uint32Array([0x9e3779b9, 0x243f6a88, 0xb7e15162, seed]);
    for (let i = 0; i < 15; i++) this.uniform();
  }

  /** A number between 0 and 1, neither of which occurs. */
  uniform() {
    const w = this.#words;
    const sum = (w[0] + w[1] + w[3]) >>> 0;
    w[3] += 1;
    w[0] = w[1] ^ (w[1] >>> 9);
    w[1] = w[2] + (w[2] << 3);
    w[2] = ((w[2] << 21) | (w[2] >>> 11)) + sum;
    return (sum + 0.5) / 2 ** 32;
  }

  /** A standard normal number (Marsaglia's polar method). */
  normal() {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    for (;;) {
      const [x, y] = [2 * this.uniform() - 1, 2 * this.uniform() - 1];
      const square = x * x + y * y;
      if (square < 1 && square > 0) {
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        this.#spare = y * factor;
        return x * factor;
      }
    }
  }

  /** A gamma number of scale 1 (Marsaglia & Tsang 2000). */
  gamma(shape) {
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = this.normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(this.uniform()) < x * x / 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  beta(a, b) {
    const x = this.gamma(a);
    return x / (x + this.gamma(b));
  }

  /** Shares that sum to 1, one for each number of `weights`. */
  dirichlet(weights) {
    const found = weights.map((weight) => this.gamma(weight));
    const sum = found.reduce((a, b) => a + b);
    return found.map((x) => x / sum);
  }

  /** Successes in n trials: the median trial tells which half is in doubt (Devroye 1986, X.4). */
  binomial(n, p) {
    let found = 0;
    while (n > DIRECTLY) {
      const middle = (n + 2) >> 1;
      const x = this.beta(middle, n + 1 - middle);
      if (x <= p) {
        [found, n, p] = [found + middle, n - middle, (p - x) / (1 - x)];
      } else {
        [n, p] = [middle - 1, p / x];
      }
    }
    for (; n > 0; n--) found += this.uniform() < p;
    return found;
  }

  /** How often each of several outcomes comes in n trials; `shares` sum to 1. */
  multinomial(n, shares) {
    let [left, rest] = [n, 1];
    return shares.map((share, i) => {
      const last = i === shares.length - 1 || share >= rest;
      const found = last ? left : this.binomial(left, share / rest);
      [left, rest] = [left - found, rest - share];
      return found;
    });
  }
}
