// Files -> pixels as in Python, as far as it needs no browser: image_cases.py made the cases.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { contentKey } from "../../page/data/contents.js";
import { decode } from "../../page/data/decoding.js";
import { light } from "../../page/data/light.js";
import { checkFormat } from "../../page/data/pixel_formats.js";
import { plainFile } from "../../page/data/plain_files.js";
import { bicubic } from "../../page/data/resizing.js";
import { UnreadableImage } from "../../page/data/unreadable_image.js";

const CASES = JSON.parse(readFileSync(new URL("cases.json", import.meta.url)));
const DECODED_HERE = /\.(bmp|tif)$/;
const BY_ITS_PIXELS = ["grey palette.png", "unseen.png", "jpeg.tif", "jpeg ycbcr.tif"];

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
/** A fault without the decoder's own words for a damage. */
const plain = (fault) => fault.replace(/\(.*\)/, "(...)");

for (const { name, file, key, refused } of CASES.formats) {
  test(`the key of ${name}`, () => assert.equal(contentKey(bytes(file)), key));
  if (refused || BY_ITS_PIXELS.includes(name)) continue;
  test(`${name} is 8-bit colour`, () => checkFormat(bytes(file), name));
}

for (const { name, file, refused } of [...CASES.formats, ...CASES.refused_by_the_page]) {
  if (!refused || BY_ITS_PIXELS.includes(name)) continue;
  test(`${name} is refused in Python's words`, async () => {
    const refuse = async () => (DECODED_HERE.test(name) ? decode : checkFormat)(bytes(file), name);
    const error = await refuse().catch((error) => error);
    assert(error instanceof UnreadableImage, String(error.stack ?? error));
    assert.equal(plain(error.fault), plain(refused));
    assert.equal(error.message, `${name}: ${error.fault}`);
  });
}

for (const { name, file, width, height, rgb } of CASES.formats) {
  if (!rgb || !DECODED_HERE.test(name) || BY_ITS_PIXELS.includes(name)) continue;
  test(`${name} has Python's pixels`, async () => {
    const found = await decode(bytes(file), name);
    assert.deepEqual([found.width, found.height], [width, height]);
    assert.deepEqual(found.rgb, bytes(rgb));
  });
}

for (const { name, file, rgb } of CASES.formats) {
  if (!rgb || !/^(turned|profile|gamma|phone)\..*(jpg|png|webp)$/.test(name)) continue;
  test(`${name} is decoded without what would turn or recolour it`, () => {
    const { format } = checkFormat(bytes(file), name);
    const plainest = Buffer.from(plainFile(bytes(file), format)).toString("latin1");
    assert.doesNotMatch(plainest, /exif|icc|gAMA|MPF/i);
    checkFormat(Buffer.from(plainest, "latin1"), name);
  });
}

for (const { width, height, size, rgb, resized } of CASES.resizing) {
  test(`${width} x ${height} pixels to ${size} are resized bit by bit as by Pillow`, () => {
    assert.deepEqual(bicubic(bytes(rgb), width, height, size), bytes(resized));
  });
}

for (const { size, rgb, light: expected } of CASES.brightest) {
  test(`the light of ${size} pixels a side`, () => {
    const found = light(bytes(rgb), size);
    found.forEach((mean, band) => assert(Math.abs(mean - expected[band]) < 1e-9));
  });
}

test("a file cut anywhere is refused, or has all its pixels", async () => {
  for (const { name, file, rgb } of CASES.formats) {
    if (!rgb || !DECODED_HERE.test(name) || BY_ITS_PIXELS.includes(name)) continue;
    const whole = bytes(file);
    for (let length = 0; length < whole.length; length += 1 + (whole.length >> 5)) {
      const found = await decode(whole.subarray(0, length), name).catch((error) => error);
      if (found instanceof UnreadableImage) continue;
      assert.deepEqual(found.rgb, bytes(rgb), `${name} cut to ${length} bytes`);
    }
  }
});
