// Work kept in the browser's own storage while it is done: nothing is lost if the window closes.

const [DATABASE, STORE, KEY] = ["bloodshot", "work", "now"];

let stamp = null; // of the work that this window read or kept last

/**
 * Keep the state (anything that can be copied: no functions, no elements) in place of the last.
 * Returns "" or, if that failed, a sentence that says so. Work that another window has kept in the
 * meantime, or that was not read with `kept`, is not written over.
 */
export async function keep(state) {
  try {
    const next = String(Math.random());
    const written = await inStore("readwrite", async (store) => {
      const there = await done(store.get(KEY));
      if (there && there.stamp !== stamp) return false;
      await done(store.put({ stamp: next, state }, KEY));
      return true;
    });
    if (written) stamp = next;
    return written ? "" :
      "Another window of this page has kept other work in this browser, which is not written" +
      " over. Save your labels in a file before you close this window.";
  } catch (error) {
    return `This browser does not keep your work (${reason(error)}). Save your labels in a file` +
      " before you close this window.";
  }
}

/** The state that was kept last: {state, failure}; null, and a sentence if it cannot be read. */
export async function kept() {
  try {
    const there = await inStore("readonly", (store) => done(store.get(KEY)));
    stamp = there?.stamp ?? null;
    return { state: there?.state ?? null, failure: "" };
  } catch (error) {
    const failure = `Work that was kept in this browser cannot be read (${reason(error)}). If` +
      " there was any, open the file that you saved.";
    return { state: null, failure };
  }
}

/** Remove what was kept, whichever window kept it; returns "" or a sentence. */
export async function forget() {
  try {
    await inStore("readwrite", (store) => done(store.clear()));
    stamp = null;
    return "";
  } catch (error) {
    return `What was kept in this browser could not be removed (${reason(error)}). Remove it in` +
      " the browser's settings, under the data of sites.";
  }
}

/** Do some work in one transaction, which is on disk when this resolves. */
async function inStore(mode, work) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await done(opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const finished = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    // together, so that an error of either is heard once
    const [result] = await Promise.all([work(transaction.objectStore(STORE)), finished]);
    return result;
  } finally {
    database.close();
  }
}

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Why a browser refuses, in words. */
function reason(error) {
  const reasons = {
    QuotaExceededError: "its storage is full",
    SecurityError: "its settings do not allow it",
    InvalidStateError: "a private window keeps nothing",
    ReferenceError: "it has no storage for pages",
  };
  return reasons[error?.name] ?? error?.message ?? "no reason given";
}
