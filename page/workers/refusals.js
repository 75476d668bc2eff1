// Files that cannot be read: the reason instead of what they hold.

import { UnreadableImage } from "../data/unreadable_image.js";

/** What `read()` makes of a file, or {why} if it is refused. */
export async function readOrWhy(read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnreadableImage) return { why: error.fault };
    if (error.name === "NotReadableError" || error.name === "NotFoundError") {
      return { why: "may not be read, or is no longer there." };
    }
    throw error;
  }
}
