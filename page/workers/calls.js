// Functions of a worker, called from the page as if they were its own.

/**
 * In a worker: answer calls by these functions. Of what they return, the buffers that
 * `handedOver(result)` lists are moved, and the rest is copied.
 */
export function serve(functions, handedOver = () => []) {
  self.onmessage = async ({ data: { number, name, given } }) => {
    try {
      const result = await functions[name](...given);
      self.postMessage({ number, result }, handedOver(result));
    } catch (error) {
      self.postMessage({ number, error: error.message });
    }
  };
}

/**
 * In the page: the functions of a worker, made from its source; each returns a promise. Embeddings
 * (Float32Arrays) that they are given are moved, and the rest is copied. `end()` ends the worker.
 */
export function started(source) {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url);
  const waiting = new Map();
  let calls = 0;
  worker.onmessage = ({ data: { number, result, error } }) => {
    const { resolve, reject } = waiting.get(number);
    waiting.delete(number);
    if (error === undefined) resolve(result);
    else reject(new Error(error));
  };
  worker.onerror = (event) => {
    const error = new Error(
      `The browser stopped the work (${event.message || "out of memory"}): close other tabs and` +
        " programs, or choose fewer cells.",
    );
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const call = (name, given) =>
    new Promise((resolve, reject) => {
      waiting.set(++calls, { resolve, reject });
      const large = given.filter((each) => each instanceof Float32Array);
      worker.postMessage({ number: calls, name, given }, large.map((each) => each.buffer));
    });
  const own = { end: () => worker.terminate() };
  return new Proxy(own, { get: (_, name) => own[name] ?? ((...given) => call(name, given)) });
}
