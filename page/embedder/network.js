// The networks that look at cells and fields, run by ONNX Runtime in WebAssembly.

import * as ort from "onnxruntime-web/wasm";

/** What runs networks, once for each worker; `wasm` is ONNX Runtime itself, a Blob. */
export async function startRuntime(wasm) {
  ort.env.wasm.wasmBinary = await wasm.arrayBuffer();
  ort.env.wasm.numThreads = 1; // threads that share memory need a server; workers do not
  ort.env.logLevel = "error";
}

/** Pictures (n, size, size, 3), bytes -> embeddings (n, dim): a function, from an ONNX file. */
export async function loadNetwork(file, size) {
  const session = await started(file);
  return async (pixels) => {
    const n = pixels.length / (size * size * 3);
    const input = new ort.Tensor("uint8", pixels, [n, size, size, 3]);
    const { embeddings } = await session.run({ pixels: input });
    return embeddings.data;
  };
}

/** An image's pixels, `width` x `height` -> the finder's maps (4, h, w): from an ONNX file. */
export async function loadFinder(file) {
  const session = await started(file);
  return async (pixels, width, height) => {
    const input = new ort.Tensor("uint8", pixels, [1, height, width, 3]);
    const { maps } = await session.run({ pixels: input });
    return maps.data;
  };
}

/** Inner products of rows, a (n, dim) and b (m, dim) -> (n, m): a function, from an ONNX file. */
export async function loadProducts(file) {
  const session = await started(file);
  return async (a, b, dim) => {
    const rows = (each) => new ort.Tensor("float32", each, [each.length / dim, dim]);
    const { products } = await session.run({ N: rows(a), M: rows(b) });
    return products.data;
  };
}

const started = async (file) =>
  ort.InferenceSession.create(new Uint8Array(await file.arrayBuffer()));
