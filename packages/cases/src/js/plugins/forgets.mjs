import { readFile } from "node:fs/promises";

/** @type {Record<string, () => unknown>} */
const ways = {
  "fs/promises": () => readFile("/no/such/file"),
  fetch: () => fetch("http://127.0.0.1:9/"),
  "a string": () => Promise.reject("text"),
  undefined: () => Promise.reject(),
  "a timer": () => setTimeout(() => Promise.reject(1), 1),
  "a callback": () => readFile(import.meta.filename).then(() => void Promise.reject(2)),
};

/** @param {string} way */
export function run(way) {
  ways[way]?.();
  return way;
}
