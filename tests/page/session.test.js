// A session comes back as it was saved, and what a browser does not keep is said.

import assert from "node:assert/strict";
import test from "node:test";

import { readSession, sessionText } from "../../page/own_cells/session.js";

const [KEY, OTHER] = ["0123456789abcdef".repeat(2), "f".repeat(32)];
const WEIGHTS = { name: "bloodshot-3", key: "abc" };
const STATE = {
  version: "1.0",
  weights: WEIGHTS,
  labels: [
    { file: "y/<b>\"ä,\n🩸.png", label: "Größe", content: OTHER },
    { file: "x.png", label: "", content: KEY },
    { file: "elsewhere.png", label: "x", content: "", subject: "P1" },
    { file: "spoilt by a spreadsheet.png", label: "x", content: "1.2E+31" },
  ],
  handful: [{ file: "z.png", label: null, content: KEY }],
  classes: [{ name: "Größe" }, { name: "constructor" }],
};

const saved = (changes) => JSON.stringify({ ...JSON.parse(sessionText(STATE)), ...changes });

test("a session brings everything back", () => {
  const { notes, ...found } = readSession(sessionText(STATE), WEIGHTS);
  assert.deepEqual(notes, []);
  assert.deepEqual(found, STATE);
});

test("a session needs no test and no classes", () => {
  const { version, weights, labels } = STATE;
  const found = readSession(sessionText({ version, weights, labels }), WEIGHTS);
  assert.deepEqual(found, { version, weights, labels, handful: null, classes: [], notes: [] });
});

test("a session says what it holds, and holds no picture", () => {
  const more = { pictures: ["PIXELS"], embeddings: new Map([[KEY, "NUMBERS"]]) };
  const text = sessionText({ ...STATE, ...more });
  const { about, format } = JSON.parse(text);
  assert.equal(format, "bloodshot-session-1");
  assert.match(about, /holds no images and no pixels.*may name patients/);
  assert.doesNotMatch(text, /PIXELS|NUMBERS|embeddings/);
});

test("with other weights labels are kept, and this is said", () => {
  const found = readSession(sessionText(STATE), { name: "bloodshot-4", key: "def" });
  assert.deepEqual(found.labels, STATE.labels);
  assert.match(found.notes[0], /weights bloodshot-3, and this page has bloodshot-4: your labels/);
});

test("what is no session, or damaged, is refused", () => {
  const why = (text, pattern) => assert.throws(() => readSession(text, WEIGHTS), pattern);
  const text = sessionText(STATE);
  for (const end of [0, 1, 100, text.length - 2]) why(text.slice(0, end), /damaged \(/);
  for (const other of ["[]", "null", "3", "{}", '{"format": 1}']) why(other, /is no session/);
  why(saved({ format: "bloodshot-session-2" }), /format bloodshot-session-2, and this page reads/);
  const [label] = STATE.labels;
  const odd = {
    version: [1, undefined], weights: [null, {}, { key: 3 }],
    handful: [3, [{ ...label, label: 3 }], [{ ...label, content: "x" }]],
    classes: [{}, [{ name: "a/b" }], [{ name: " a" }]],
    labels: [
      {}, [3], [{ ...label, content: 3 }], [{ ...label, file: 3 }], [{ ...label, label: null }],
      [{ ...label, label: "a/b" }], [{ ...label, label: "NA" }],
    ],
  };
  for (const [name, values] of Object.entries(odd)) {
    for (const value of values) why(saved({ [name]: value }), /damaged \(.*choose another copy/);
  }
});

// ---- what the browser keeps

/** A storage as browsers have it, as far as it is used; `broken` is where it fails. */
function storage(broken = {}) {
  const kept = new Map();
  const later = (request, result, fault) => {
    queueMicrotask(() => {
      request.result = result;
      request.error = fault;
      if (fault) request.onerror?.();
      else request.onsuccess?.();
    });
    return request;
  };
  const store = {
    get: (key) => later({}, structuredClone(kept.get(key))),
    put: (value, key) => {
      const copy = structuredClone(value);
      return broken.put ? later({}, undefined, broken.put) : later({}, kept.set(key, copy));
    },
    clear: () => later({}, kept.clear()),
  };
  const transaction = () => {
    const running = { objectStore: () => store, error: broken.commit ?? null };
    setTimeout(() => (broken.commit ? running.onabort() : running.oncomplete()));
    return running;
  };
  const open = () => {
    if (broken.open) throw broken.open;
    const request = { result: { createObjectStore: () => store, transaction, close() {} } };
    queueMicrotask(() => request.onupgradeneeded());
    return later(request, request.result, broken.opened);
  };
  return { open };
}

const named = (name) => Object.assign(new Error(`${name}!`), { name });
let windows = 0;
const newWindow = () => import(`../../page/own_cells/kept_work.js?${(windows += 1)}`);

test("work is kept, comes back in another window, and is forgotten", async () => {
  globalThis.indexedDB = storage();
  const first = await newWindow();
  assert.deepEqual(await first.kept(), { state: null, failure: "" });
  assert.equal(await first.keep({ labels: [1] }), "");
  assert.equal(await first.keep(STATE), "");
  const second = await newWindow();
  assert.deepEqual(await second.kept(), { state: STATE, failure: "" });
  assert.equal(await second.forget(), "");
  assert.deepEqual(await first.kept(), { state: null, failure: "" });
});

test("no window writes over another's work", async () => {
  globalThis.indexedDB = storage();
  const [first, second, third] = [await newWindow(), await newWindow(), await newWindow()];
  assert.equal(await first.keep("first"), "");
  assert.match(await second.keep("second"), /^Another window.*not written over/);
  await third.kept();
  assert.equal(await third.keep("third"), "");
  assert.match(await first.keep("more"), /^Another window/);
  assert.equal((await second.kept()).state, "third");
});

test("each way in which a browser keeps nothing is a sentence", async () => {
  const faults = [
    [undefined, "it has no storage for pages"],
    [{ open: named("SecurityError") }, "its settings do not allow it"],
    [{ opened: named("InvalidStateError") }, "a private window keeps nothing"],
    [{ put: named("QuotaExceededError"), commit: named("AbortError") }, "its storage is full"],
    [{ commit: named("QuotaExceededError") }, "its storage is full"],
    [{ opened: named("Odd") }, "Odd!"],
  ];
  for (const [broken, reason] of faults) {
    if (broken) globalThis.indexedDB = storage(broken);
    else delete globalThis.indexedDB;
    const { keep, kept, forget } = await newWindow();
    assert.equal(await keep(1), `This browser does not keep your work (${reason}). Save your` +
      " labels in a file before you close this window.");
    if (broken?.put) continue; // which the others do not need
    assert.ok((await kept()).failure.includes(`cannot be read (${reason})`));
    assert.ok((await forget()).includes(`could not be removed (${reason})`));
  }
  globalThis.indexedDB = storage();
  assert.match(await (await newWindow()).keep(() => 1), /does not keep your work/);
});
