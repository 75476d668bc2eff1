// Many fields at once: several workers, each with a finder of its own.

import { started } from "../workers/calls.js";

const MOST = 2; // workers; each takes some 500 MB

/** Workers that look at fields, one at a time; `end()` gives their memory back. */
export class FieldPool {
  constructor(source, wasm, network) {
    const n = Math.max(1, Math.min(navigator.hardwareConcurrency || 1, MOST));
    this.workers = Array.from({ length: n }, () => started(source));
    this.ready = Promise.all(this.workers.map((each) => each.load(wasm, network)));
  }

  /**
   * What `act(worker, item)` makes of each item, in their order; of the first ones only, if
   * `signal` is aborted. `show(done, of)` is called as it goes on.
   */
  async map(items, act, { signal, show = () => {} }) {
    await this.ready;
    const made = [];
    let [next, done] = [0, 0];
    const work = async (worker) => {
      while (next < items.length && !signal.aborted) {
        const place = next++;
        made[place] = await act(worker, items[place]);
        show(++done, items.length);
      }
    };
    await Promise.all(this.workers.map(work));
    return made;
  }

  end() {
    for (const worker of this.workers) worker.end();
  }
}
