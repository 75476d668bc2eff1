// The workers of the page, started when the first cells are there.

import { EmbeddingPool } from "./embedder/embedding_pool.js";
import { started } from "./workers/calls.js";

/** What the page carries under a name. */
export const carried = (id) => document.getElementById(id).textContent;

/** `pool`, which embeds, and `judge`, which judges. */
export async function startEngine(size) {
  const judge = started(carried("judging"));
  const [runtime, network, products] = await Promise.all(
    ["runtime", "network", "products"].map((id) => judge.unpacked(carried(id))), // it takes a while
  );
  const pool = new EmbeddingPool(carried("embedding"), runtime, network, size);
  await judge.load(runtime, products);
  return { pool, judge };
}
