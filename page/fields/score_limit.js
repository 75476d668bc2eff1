// From which score on a cell counts as found: see the Python library's score_limit.

export const CANDIDATE = 0.05; // a score from which on a peak of the finder's map is looked at
const NOISE = 0.15; // below it hardly any peak is a cell
const FALSE = 0.3; // expected false cells for each that is found
const [LEAST, MOST] = [0.2, 0.45]; // limits that are never passed
const STEPS = 70; // from one to the other
const [USUAL, WEIGHT] = [2, 200]; // the rate at which noise usually thins out, worth so many peaks
const [SLOWEST, FASTEST] = [0.2, 6]; // rates

const logit = (share) => Math.log(share / (1 - share));

/** The lowest limit at which not too many of the cells found are expected to be false. */
export function scoreLimit(scores) {
  const [first, span] = [logit(CANDIDATE), logit(NOISE) - logit(CANDIDATE)];
  const weak = scores.map((score) => logit(score) - first).filter((value) => value < span);
  const rate = rateOf(weak, span);
  const noise = weak.length / (1 - Math.exp(-rate * span));
  for (let step = 0; step <= STEPS; step++) {
    const limit = LEAST + (step * (MOST - LEAST)) / STEPS;
    const expected = noise * Math.exp(-rate * (logit(limit) - first));
    const found = scores.filter((score) => score >= limit).length;
    if (expected <= FALSE * Math.max(found, 1)) return limit;
  }
  return MOST;
}

/** A score shifted, as a logit, so that the limit becomes .5. */
export const fromLimit = (score, limit) => 1 / (1 + Math.exp(logit(limit) - logit(score)));

/** The likeliest rate of an exponential distribution cut off at `span`: no slope is left there. */
function rateOf(values, span) {
  const meanAt = (rate) => 1 / rate - span / Math.expm1(rate * span);
  const sum = values.reduce((all, value) => all + value, 0);
  const mean = (sum + WEIGHT * meanAt(USUAL)) / (values.length + WEIGHT);
  let [low, high] = [SLOWEST, FASTEST];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (meanAt(middle) > mean) low = middle; // the faster, the smaller the mean
    else high = middle;
  }
  return low;
}
