// Numpy's permutations, so that the page leaves out and draws the same cells as Python.

const MULTIPLIER = (2549297995355413924n << 64n) + 4865540595714422341n;
// the state that numpy.random.default_rng(0) starts from
const STATE = 35399562948360463058890781895381311971n;
const INCREMENT = 87136372517582989555478159403783844777n;
const BITS = (n) => (1n << BigInt(n)) - 1n;

/** The generator PCG64 (O'Neill 2014) as in numpy.random.default_rng(0). */
export class Generator {
  #state = STATE;
  #kept = null; // half of the last number, which comes next

  /** The numbers 0..n-1, or those of an array, in random order. */
  permutation(from) {
    const shuffled = typeof from === "number" ? [...Array(from).keys()] : [...from];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.#upTo(i);
      [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
    }
    return shuffled;
  }

  /** A whole number from 0 to `most`: as many bits as it has, drawn until they are no more. */
  #upTo(most) {
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    for (;;) {
      const number = this.#next32() & mask;
      if (number <= most) return number;
    }
  }

  #next32() {
    if (this.#kept !== null) {
      const high = this.#kept;
      this.#kept = null;
      return high;
    }
    const number = this.#next64();
    this.#kept = Number(number >> 32n);
    return Number(number & BITS(32));
  }

  #next64() {
    this.#state = (this.#state * MULTIPLIER + INCREMENT) & BITS(128);
    const folded = (this.#state >> 64n) ^ (this.#state & BITS(64));
    const turn = this.#state >> 122n;
    return ((folded >> turn) | (folded << (64n - turn))) & BITS(64);
  }
}
