// The workers of the page, started when the first cells are there.

import { EmbeddingPool } from "./embedder/embedding_pool.js";
import { FieldPool } from "./fields/field_pool.js";
import { started } from "./workers/calls.js";

/** What the page carries under a name. */
export const carried = (id) => document.getElementById(id).textContent;

/** `judge`, which judges; `pool`, which embeds; and `fieldPool()`, which finds cells in fields. */
export async function startEngine(size) {
  const judge = started(carried("judging"));
  const [runtime, network, products, finder] = await Promise.all(
    ["runtime", "network", "products", "finder"].map((id) => judge.unpacked(carried(id))), // slow
  );
  await judge.load(runtime, products);
  let pool = null; // not before it is needed: fields take much memory, too
  return {
    judge,
    get pool() {
      return (pool ??= new EmbeddingPool(carried("embedding"), runtime, network, size));
    },
    fieldPool: () => new FieldPool(carried("finding"), runtime, finder),
  };
}
