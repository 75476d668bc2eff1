// Identical files, known by what is in them, wherever they lie and whatever they are called.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

const DIGITS = 32; // of SHA-256 in hexadecimal, as in Python

/** A file's bytes -> its key, 32 hexadecimal digits. */
export const contentKey = (bytes) => bytesToHex(sha256(bytes)).slice(0, DIGITS);
