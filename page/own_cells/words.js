// Sentences that depend on numbers, and numbers as Python prints them.

/** A number of things: "1 cell", "3 cells". */
export const many = (n, thing) => `${n} ${thing}${n === 1 ? "" : "s"}`;

/** "1 cell", "3 cells". */
export const cells = (n) => many(n, "cell");

/**
 * A number with so many decimals, halves to the even digit, as Python and C print it; toFixed
 * rounds them up: 0.0625 is 0.062 in Python.
 */
export function fixed(value, digits) {
  // only a whole number of so small parts, and an odd one, lies half way
  const parts = Math.abs(value) * 2 ** (digits + 1);
  if (!Number.isInteger(parts) || parts % 2 === 0) return value.toFixed(digits);
  const lower = (parts * 5 ** digits - 1) / 2;
  const even = lower + (lower % 2);
  return `${value < 0 ? "-" : ""}${(even / 10 ** digits).toFixed(digits)}`;
}

/** A number with two decimals; and the ends of an interval {low, high}: "0.75 to 1.00". */
export const two = (value) => fixed(value, 2);
export const ends = ({ low, high }) => `${two(low)} to ${two(high)}`;

/** A share in percent, which is not 0 unless it is none: "12 %", "<1 %"; the space is hard. */
export const percent = (share) =>
  `${share > 0 && share < 0.005 ? "<1" : fixed(100 * share, 0)}\u00a0%`;

/** How long something will last, as far as that can be known: "about 3 minutes". */
export function timeLeft(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 45) return "less than a minute";
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 90 ? `about ${many(minutes, "minute")}` :
    `about ${many(Math.round(minutes / 60), "hour")}`;
}
