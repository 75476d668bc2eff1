// What TIFF files are compressed by, undone. Each takes bytes and the length they unfold to.

import { COMPRESSION } from "./tiff.js";
import { damaged } from "./unreadable_image.js";

const [CLEAR, END] = [256, 257]; // codes of LZW that stand for no bytes

/** Bytes -> Uint8Array of `length`, by a number of COMPRESSION; throws UnreadableImage. */
export async function unfold(bytes, compression, length) {
  const by = {
    [COMPRESSION.none]: (whole) => whole.slice(0, length),
    [COMPRESSION.lzw]: lzw,
    [COMPRESSION.deflate]: deflate,
    [COMPRESSION.zip]: deflate,
    [COMPRESSION.packbits]: packbits,
  };
  const whole = await by[compression](bytes, length);
  if (whole.length < length) throw damaged();
  return whole;
}

/** In place: each number from its difference to the one of its band in the pixel before. */
export function undoDifferences(bytes, width, samples) {
  const row = width * samples;
  for (let at = 0; at < bytes.length; at++) {
    if (at % row >= samples) bytes[at] += bytes[at - samples];
  }
}

async function deflate(bytes) {
  const stream = new Response(bytes).body.pipeThrough(new DecompressionStream("deflate"));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw damaged("broken data");
  }
}

function packbits(bytes, length) {
  const whole = new Uint8Array(length);
  let to = 0;
  for (let at = 0; at < bytes.length && to < length; ) {
    const code = (bytes[at++] << 24) >> 24;
    if (code === -128) continue; // stands for nothing
    const count = Math.min(1 + Math.abs(code), length - to);
    if (code < 0) whole.fill(bytes[at++], to, to + count);
    else {
      if (at + count > bytes.length) throw damaged();
      whole.set(bytes.subarray(at, at + count), to);
      at += count;
    }
    to += count;
  }
  return whole.subarray(0, to);
}

/**
 * LZW as TIFF has it: the highest bit first, and codes grow one entry early.
 *
 * An entry is what the code before gave, and one byte more: both lie in what is written already.
 */
function lzw(bytes, length) {
  const whole = new Uint8Array(length);
  const [starts, lengths] = [new Uint32Array(4096), new Uint16Array(4096)];
  let [to, entries, width, before] = [0, 258, 9, 0]; // `before`: bytes of the code before
  for (let bit = 0; bit + width <= 8 * bytes.length && to < length; ) {
    const at = bit >> 3;
    const three = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    const code = (three >> (24 - width - (bit & 7))) & ((1 << width) - 1);
    bit += width;
    if (code === END) break;
    if (code === CLEAR) {
      [entries, width, before] = [258, 9, 0];
      continue;
    }
    if (before && entries < 4096) {
      starts[entries] = to - before;
      lengths[entries++] = before + 1;
    }
    if (code >= entries) throw damaged("broken data");
    before = code < CLEAR ? 1 : Math.min(lengths[code], length - to);
    if (code < CLEAR) whole[to] = code;
    else for (let n = 0; n < before; n++) whole[to + n] = whole[starts[code] + n];
    to += before;
    if (entries + 1 >= 1 << width && width < 12) width++;
  }
  return whole.subarray(0, to);
}
