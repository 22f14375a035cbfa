import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import { arithmetic } from "./contract.mjs";
import { compare } from "./measure.mjs";

/**
 * @import { Host } from "tenon"
 * @import { Measured, Row } from "./types.js"
 */

const source = new URL("plugins/arithmetic.mjs", import.meta.url);

/**
 * Calls into a thread: one after the other, many at the same time, and synchronous.
 *
 * @param {Host} host
 * @param {number} scale
 * @returns {Promise<Row[]>}
 */
export async function worker(host, scale) {
  const plugin = await host.open(source, arithmetic, { place: "worker" });
  const { exports, sync } = plugin;

  const echo = new Worker(new URL("raw/echo-worker.mjs", import.meta.url));
  await once(echo, "online");
  /** @type {Map<number, (result: number) => void>} */
  const pending = new Map();
  let next = 0;
  echo.on("message", ({ id, result }) => {
    /** @type {(result: number) => void} */ (pending.get(id))(result);
    pending.delete(id);
  });
  /** @type {(a: number, b: number) => Promise<number>} */
  const raw = (a, b) =>
    new Promise((resolve) => {
      pending.set(++next, resolve);
      echo.postMessage({ id: next, a, b });
    });

  const pool = new Piscina({
    filename: new URL("raw/piscina-task.mjs", import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
  });
  await pool.run({ a: 1, b: 2 });

  const shared = new SharedArrayBuffer(16);
  const words = new Int32Array(shared);
  const atomics = new Worker(new URL("raw/atomics-worker.mjs", import.meta.url), { workerData: shared });
  await once(atomics, "online");
  /** @type {(a: number, b: number) => number} */
  const rawSync = (a, b) => {
    words[2] = a;
    words[3] = b;
    words[1] = 0;
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
    Atomics.wait(words, 1, 0);
    return words[2];
  };

  /** @type {(call: (a: number, b: number) => Promise<number>) => Measured} */
  const one = (call) => async (count) => {
    let sum = 0;
    for (let index = 0; index < count; index++) sum = await call(sum, index);
    return sum;
  };
  /** @type {(call: (a: number, b: number) => Promise<number>) => Measured} */
  const many = (call) => async (count) => {
    let done = 0;
    let sum = 0;
    const caller = async () => {
      while (done++ < count) sum = (sum + (await call(done, 1))) | 0;
    };
    await Promise.all(Array.from({ length: 256 }, caller));
    return sum;
  };
  /** @type {(call: (a: number, b: number) => number) => Measured} */
  const blocking = (call) => (count) => {
    let sum = 0;
    for (let index = 0; index < count; index++) sum = call(sum, index);
    return sum;
  };
  const results = [
    ...(await compare("worker call", {
      ours: one(exports.add),
      theirs: { "raw postMessage": one(raw) },
      limit: 1.2,
      count: 3000 * scale,
      rounds: 9,
    })),
    ...(await compare("worker throughput, 256 concurrent calls (times as many)", {
      ours: many(exports.add),
      theirs: { piscina: many((a, b) => pool.run({ a, b })) },
      limit: 3,
      atLeast: true,
      count: 20000 * scale,
      rounds: 7,
    })),
    ...(await compare("synchronous worker call", {
      ours: blocking(sync.add),
      theirs: { "raw Atomics": blocking(rawSync) },
      limit: 1.3,
      count: 3000 * scale,
      rounds: 9,
    })),
  ];
  Atomics.store(words, 0, 2);
  Atomics.notify(words, 0);
  await Promise.all([echo.terminate(), atomics.terminate(), pool.destroy()]);
  return results;
}
