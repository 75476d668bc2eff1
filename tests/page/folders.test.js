// Folders of images, and what their sub-folders may mean, as Python has it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { inOrder, listImages } from "../../page/data/image_listing.js";
import { byCodePoint } from "../../page/data/plain_text.js";
import { labelsByFolder, meanings, subjectsByFolder } from "../../page/data/sorted_folders.js";

const CASES = JSON.parse(readFileSync(new URL("cases.json", import.meta.url)));

/** What a function returns or refuses, as the cases have it. */
function told(work) {
  try {
    return work();
  } catch (error) {
    return { error: error.message };
  }
}

for (const each of CASES.listing) {
  test(`a folder: ${each.name}`, () => {
    const listing = listImages(each.files.map((path) => ({ path, size: 1 })));
    assert.deepEqual(listing.images.map(({ path }) => path).sort(byCodePoint),
      [...each.images].sort(byCodePoint));
    for (const image of listing.images) {
      assert.deepEqual(image, { file: image.file, path: `cells/${image.file}`, size: 1 });
    }
    const files = listing.images.map(({ file }) => file);
    assert.deepEqual(files, [...files].sort(byCodePoint));
    const left = Object.fromEntries(listing.leftOut
      .filter(({ why }) => why !== "a folder without images").map(({ path, why }) => [path, why]));
    assert.deepEqual(left, each.left_out);
    const { meaning, refusal } = meanings(listing);
    assert.equal(meaning === "", refusal !== "");
    const contents = new Map([...each.labelled.value ?? [], ...each.unlabelled.value ?? []]
      .map(({ file, content }) => [file, content]));
    const images = listing.images.map((image) => ({ ...image, content: contents.get(image.file) }));
    const may = { labelled: meaning.includes("classes"),
      unlabelled: meaning === "none" || meaning === "classes or patients" };
    for (const kind of ["labelled", "unlabelled"]) {
      const { value, notes } = each[kind];
      if (!may[kind]) {
        assert.equal(value, undefined); // Python refuses it too
        continue;
      }
      const sorted = inOrder(images, kind === "labelled");
      const named = told(() => kind === "labelled" ? labelsByFolder(sorted, "cells")
        : subjectsByFolder(sorted));
      if (named.error) {
        assert.equal(named.error, each[kind].error);
        continue;
      }
      const labels = named.labels ?? sorted.map(() => "");
      assert.deepEqual(sorted.map(({ file, content }, row) =>
        ({ file, label: labels[row], subject: named.subjects[row], content })), value);
      assert.deepEqual(named.notes, notes);
    }
  });
}

test("what is chosen may be files, or several folders", () => {
  const paths = (...names) => names.map((path) => ({ path }));
  const files = listImages(
    paths("b.png", "a.png", "labels.csv", "mine.json", "b.png", "\ud800.png"),
  );
  assert.deepEqual(files.images.map(({ file }) => file), ["\\ud800.png", "a.png", "b.png"]);
  assert.deepEqual(files.lists.map(({ path }) => path), ["labels.csv"]);
  assert.deepEqual(files.sessions.map(({ path }) => path), ["mine.json"]);
  assert.deepEqual([files.root, files.depth, files.leftOut.length], ["", 0, 1]);
  const session = "y/bloodshot-session (1).json";
  const folders = listImages(paths("x/1.png", "y/2.png", session, "y/a.json"));
  assert.deepEqual([folders.root, folders.folders, folders.depth], ["", ["x", "y"], 1]);
  assert.equal(folders.sessions.length, 1);
  assert.deepEqual(folders.leftOut, [{ path: "y/a.json", why: "of a kind that is not read" }]);
  const empty = listImages(paths("all/x/1.png", "all/notes/a.txt"));
  assert.deepEqual(empty.leftOut.at(-1), { path: "all/notes", why: "a folder without images" });
  assert.equal(meanings(listImages([])).meaning, "");
});

test("a folder is refused with what to do", () => {
  const below = (file) => ({ path: `c/${file}` });
  const why = (...files) => meanings(listImages(files.map(below))).refusal;
  assert.match(why("1.png", "x/2.png"), /^c holds images \(1\.png, .*folders with images \(x,/);
  assert.match(why("x/a/b/1.png"), /^x\/a holds folders again \(b, \.\.\.\)/);
  assert.match(why("cells/x/1.png"), /^cells holds only folders \(x, \.\.\.\).*choose cells\./);
  assert.match(why("y/1.png", "r/summary.json"), /^r was made by BloodShot: move it out of c\./);
});
