// Rounding as Python has it.

/** To the nearest whole number, halves to the even one. */
export function rounded(number) {
  const down = Math.floor(number);
  if (number - down !== 0.5) return Math.round(number);
  return down + (down % 2 === 0 ? 0 : 1);
}
