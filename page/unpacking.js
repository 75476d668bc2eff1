// What the page carries: scripts and weights, in base64 and most of it compressed.

/** The bytes of base64. */
function bytesOf(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let place = 0; place < bytes.length; place++) bytes[place] = binary.charCodeAt(place);
  return bytes;
}

/** What was compressed by gzip and written in base64, as a Blob, which no message copies. */
export function unpacked(text) {
  const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).blob();
}

/** What this browser lacks to run the page, as a sentence; undefined if it lacks nothing. */
export function lacking() {
  // a function of two SIMD instructions, i8x16.splat and i8x16.popcnt
  const simd = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0,
    65, 0, 253, 15, 253, 98, 11];
  const needed = ["OffscreenCanvas", "DecompressionStream", "WebAssembly"];
  const whole = needed.every((name) => name in globalThis);
  return !whole || !WebAssembly.validate(new Uint8Array(simd))
    ? "This browser is too old for this page, or its administrator has switched off WebAssembly. " +
      "Open the file in Chrome, Edge or Firefox of 2023 or later; nothing has to be installed."
    : undefined;
}
