// Many files at once: several workers, each with a network of its own.

import { started } from "../workers/calls.js";

const AT_ONCE = 16; // files for a worker at a time: fewer are slower, more keep people waiting
const MOST = 4; // workers; each takes some 150 MB

/** Workers that embed, as many as the processor has cores. */
export class EmbeddingPool {
  constructor(source, wasm, network, size) {
    const n = Math.max(1, Math.min(navigator.hardwareConcurrency || 1, MOST));
    this.workers = Array.from({ length: n }, () => started(source));
    this.ready = Promise.all(this.workers.map((each) => each.load(wasm, network, size)));
  }

  /**
   * Embed files [{path, blob}]; `onSome(start, {cells, embeddings})` is called for each part as it
   * is done, in any order, until all are or `signal` is aborted.
   */
  async embed(files, onSome, signal) {
    await this.ready;
    let next = 0;
    const work = async (worker) => {
      while (next < files.length && !signal.aborted) {
        const start = next;
        next += AT_ONCE;
        onSome(start, await worker.embed(files.slice(start, start + AT_ONCE)));
      }
    };
    await Promise.all(this.workers.map(work));
  }
}
