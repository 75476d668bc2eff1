// The files that a person drops on the page or chooses, folders and all.

/** Files [{path, blob}] of a field that takes files or a folder. */
export function chosenFiles(files) {
  return [...files].map((blob) => ({ path: blob.webkitRelativePath || blob.name, blob }));
}

/** Files [{path, blob}] of a drop: folders are read to their last file. Rejects with a sentence. */
export async function droppedFiles(transfer) {
  // all are taken at once: a drop is forgotten as soon as its event is over
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  // from a disk, Chrome and Edge let a page read folders by handles only, which Firefox has not
  const found = items.map((item) => item.getAsFileSystemHandle?.().then((each) => inHandle(each)) ??
    inEntry(item.webkitGetAsEntry()));
  try {
    return (await Promise.all(found)).flat();
  } catch (error) {
    throw new Error(`What was dropped cannot be read (${error.message}). Choose it by the button.`);
  }
}

async function inHandle(handle, above = "") {
  const path = above + handle.name;
  if (handle.kind === "file") return [{ path, blob: await handle.getFile() }];
  const found = [];
  for await (const each of handle.values()) found.push(...(await inHandle(each, `${path}/`)));
  return found;
}

async function inEntry(entry) {
  if (entry.isFile) {
    const blob = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), blob }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found; // a browser gives a hundred at a time
    found.push(...(await Promise.all(some.map(inEntry))).flat());
  }
}
