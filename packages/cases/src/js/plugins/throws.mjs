import { readFile } from "node:fs/promises";

export async function run(/** @type {string} */ what) {
  if (what === "aggregate") throw new AggregateError([new Error("a"), new TypeError("b")], "both failed");
  if (what === "object") throw { status: 404 };
  return await readFile("/nowhere", "utf8");
}

/** @type {any} */
let reason;
export const wait = (/** @type {{ signal: AbortSignal }} */ { signal }) =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      reason = signal.reason;
      reject(reason);
    });
  });
export const seen = () => JSON.stringify([reason?.code, reason?.message, reason?.cause]);
