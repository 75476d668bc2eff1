// Quantiles and softmax, as numpy and scipy have them.

/** The values below which given shares of numbers lie, with linear interpolation. */
export function quantiles(numbers, shares) {
  const sorted = Float64Array.from(numbers).sort();
  return shares.map((share) => {
    const at = share * (sorted.length - 1);
    const low = Math.floor(at);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  });
}

/**
 * Student's t with so many degrees of freedom lies below it with probability `p`, over 1/2.
 *
 * With t = sqrt(freedom) tan(angle), its distribution is a finite sum of powers of the cosine
 * (Abramowitz & Stegun, 26.7.3 and 26.7.4), and is inverted by halving an interval.
 */
export function studentQuantile(freedom, p) {
  let [low, high] = [0, Math.PI / 2];
  for (let i = 0; i < 60; i++) {
    const angle = (low + high) / 2;
    if (within(angle, freedom) < 2 * p - 1) low = angle;
    else high = angle;
  }
  return Math.sqrt(freedom) * Math.tan(low);
}

/** The probability that Student's t is within -t and t. */
function within(angle, freedom) {
  const [odd, cosine] = [freedom % 2, Math.cos(angle)];
  let [sum, term] = [0, odd ? cosine : 1];
  for (let power = odd; power <= freedom - 2; power += 2) {
    sum += term;
    term *= (cosine ** 2 * (power + 1)) / (power + 2);
  }
  sum *= Math.sin(angle);
  return odd ? (2 / Math.PI) * (angle + sum) : sum;
}

/** exp(factor * scores) of each row (N, C) as shares of their sum, as 32-bit numbers. */
export function softmax(scores, width, factor) {
  const shares = new Float32Array(scores.length);
  for (let from = 0; from < scores.length; from += width) {
    let [most, sum] = [-Infinity, 0];
    for (let c = from; c < from + width; c++) most = Math.max(most, scores[c]);
    for (let c = from; c < from + width; c++) sum += Math.exp(factor * (scores[c] - most));
    for (let c = from; c < from + width; c++) {
      shares[c] = Math.exp(factor * (scores[c] - most)) / sum;
    }
  }
  return shares;
}

/** The number of the largest value among `width` from `from`, the first of equals. */
export function largest(values, from, width) {
  let best = 0;
  for (let c = 1; c < width; c++) if (values[from + c] > values[from + best]) best = c;
  return best;
}
