import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { bytesContract, bytesPlugin, size } from "./bytes-contract.mjs";
import { compare } from "./measure.mjs";
import { receiveBytes, sendBytes } from "./raw/framed-bytes.mjs";

/**
 * @import { Host } from "tenon"
 * @import { Measured, Row } from "./types.js"
 */

/**
 * 100 MB there and back, between threads and between processes.
 *
 * @param {Host} host
 * @param {number} scale
 * @returns {Promise<Row[]>}
 */
export async function bytes(host, scale) {
  const limits = { bytes: 2 * size };
  const value = new Uint8Array(Math.ceil(size * scale)).map((_, index) => index);
  /** @type {(call: (bytes: Uint8Array) => Promise<Uint8Array>) => Measured} */
  const echoed = (call) => async (count) => {
    for (let index = 0; index < count; index++) {
      const back = await call(value);
      if (back.length !== value.length || back[12345] !== value[12345]) throw new Error("other bytes came back");
    }
  };

  const thread = await host.open(bytesPlugin, bytesContract, { place: "worker", limits });
  const worker = new Worker(new URL("raw/bytes-worker.mjs", import.meta.url));
  /** @type {(bytes: Uint8Array) => Promise<Uint8Array>} */
  const clone = async (bytes) => {
    worker.postMessage({ bytes, transfer: false });
    const [back] = await once(worker, "message");
    return back;
  };

  /** @type {(call: (bytes: Uint8Array) => Promise<Uint8Array>) => Measured} */
  const passed = (call) => {
    // Whoever gives the bytes has none after that: what came back is given next.
    /** @type {Uint8Array} */
    let given = new Uint8Array(value);
    return async (count) => {
      for (let index = 0; index < count; index++) given = await call(given);
      if (given.length !== value.length || given[12345] !== value[12345]) throw new Error("other bytes came back");
    };
  };
  /** @type {(bytes: Uint8Array) => Promise<Uint8Array>} */
  const transfer = async (bytes) => {
    worker.postMessage({ bytes, transfer: true }, [/** @type {ArrayBuffer} */ (bytes.buffer)]);
    const [back] = await once(worker, "message");
    return back;
  };

  const process_ = await host.open(bytesPlugin, bytesContract, { place: "process", limits });
  const child = spawn(process.execPath, [fileURLToPath(new URL("raw/bytes-process.mjs", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  /** @type {(bytes: Uint8Array) => void} */
  let received = () => {};
  receiveBytes(child.stdout, (bytes) => received(bytes));
  /** @type {(bytes: Uint8Array) => Promise<Uint8Array>} */
  const pipe = (bytes) =>
    new Promise((resolve) => {
      received = resolve;
      sendBytes(child.stdin, bytes);
    });

  const results = [
    ...(await compare("100 MB to a worker and back", {
      ours: echoed(thread.exports.echo),
      theirs: { "raw clone": echoed(clone) },
      limit: 1.2,
      count: 1,
      rounds: 5,
    })),
    ...(await compare("100 MB to a worker and back, given up", {
      ours: passed(thread.exports.pass),
      theirs: { "raw transfer": passed(transfer) },
      limit: 1.3,
      // V8 collects garbage about once in ten of these.
      count: 100,
      rounds: 11,
    })),
    ...(await compare("100 MB to a process and back", {
      ours: echoed(process_.exports.echo),
      theirs: { "the same bytes over a raw pipe": echoed(pipe) },
      limit: 2,
      count: 1,
      rounds: 5,
    })),
  ];
  await worker.terminate();
  child.stdin.end();
  await once(child, "exit");
  return results;
}

/**
 * The most memory that 100 MB there and back take, in multiples of them: in this process, and in the plugin's.
 *
 * @param {"worker" | "process"} place
 * @param {number} calls
 * @returns {{ here: number, there: number }}
 */
export function peakOf(place, calls) {
  const program = fileURLToPath(new URL("bytes-peak.mjs", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, [program, place, `${calls}`], { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}
