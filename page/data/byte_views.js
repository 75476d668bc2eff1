// Numbers and letters in the bytes of a file; beyond its end a RangeError.

/** A DataView of exactly these bytes. */
export const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** `length` bytes from `at` as letters of ISO 8859-1; fewer at the file's end. */
export const letters = (bytes, at, length) =>
  String.fromCharCode(...bytes.subarray(at, at + length));

/** The parts (start, end) of a file, in one piece. */
export function joined(bytes, parts) {
  const whole = new Uint8Array(parts.reduce((sum, [start, end]) => sum + end - start, 0));
  let at = 0;
  for (const [start, end] of parts) {
    whole.set(bytes.subarray(start, end), at);
    at += end - start;
  }
  return whole;
}
