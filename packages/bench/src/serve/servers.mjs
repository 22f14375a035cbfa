import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { packageFolder, wasmtimeMissing, wasmtimeProgram } from "../../../wasm-fixtures/src/index.ts";

/**
 * @typedef {object} Running
 * @property {string} name
 * @property {number} port
 * @property {number} pid
 * @property {() => void} stop
 */

const tenon = fileURLToPath(new URL("../../../tenon/bin/tenon.js", import.meta.url));

/**
 * Starts every server with the component. The first is Tenon with an instance for each request.
 *
 * @param {string} component
 * @param {readonly string[]} without
 * @returns {Promise<Running[]>}
 */
export async function servers(component, without) {
  /** @type {[name: string, command: (port: string) => string[]][]} */
  const commands = [
    ["Tenon", (port) => [process.execPath, tenon, "serve", component, "--port", port]],
    [
      "Tenon, reused",
      (port) => [process.execPath, tenon, "serve", component, "--port", port, "--requests-per-instance", "0"],
    ],
  ];
  if (!without.includes("jco")) {
    const jco = `${await packageFolder("jco")}/node_modules/@bytecodealliance/jco/dist/jco.js`;
    const serve = (/** @type {string} */ port) => [process.execPath, jco, "serve", component, "--port", port];
    commands.push(["jco", serve]);
    commands.push(["jco, isolated", (port) => [...serve(port), "--isolate-requests", "instance"]]);
  }
  if (!without.includes("wasmtime")) {
    const missing = wasmtimeMissing();
    if (missing === undefined) {
      const wasmtime = await wasmtimeProgram();
      commands.push(["wasmtime", (port) => [wasmtime, "serve", "-Scli", "--addr", `127.0.0.1:${port}`, component]]);
    } else console.log(`wasmtime is not measured: ${missing}`);
  }
  const bare = fileURLToPath(new URL("./bare-server.mjs", import.meta.url));
  commands.push(["node:http", (port) => [process.execPath, bare, port]]);
  commands.push(["node:http, a thread", (port) => [process.execPath, bare, port, "--thread"]]);
  /** @type {Running[]} */
  const running = [];
  try {
    for (const [name, command] of commands) running.push(await start(name, command));
  } catch (thrown) {
    for (const server of running) server.stop();
    throw thrown;
  }
  return running;
}

/**
 * @param {string} name
 * @param {(port: string) => string[]} command
 * @returns {Promise<Running>}
 */
async function start(name, command) {
  const port = await freePort();
  const [program = "", ...words] = command(String(port));
  // A group of its own: jco serve is ended without the process that serves.
  const child = spawn(program, words, { stdio: "ignore", detached: true });
  /** @type {number | string | undefined} */
  let ended;
  child.once("exit", (code, signal) => {
    ended = code ?? signal ?? "";
  });
  child.once("error", ({ message }) => {
    ended = message;
  });
  for (;;) {
    if (ended !== undefined) throw new Error(`${name} ended with ${ended}`);
    const answered = await fetch(`http://localhost:${port}/`).then(
      (answer) => answer.status === 200,
      () => false,
    );
    if (answered) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { pid = 0 } = child;
  return {
    name,
    port,
    pid,
    stop() {
      if (ended === undefined) process.kill(-pid, "SIGTERM");
    },
  };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * Returns what a process and its children have used so far; not a number where the system does not say.
 *
 * @param {number} pid
 * @returns {{ milliseconds: number, mebibytes: number }}
 */
export function usageOf(pid) {
  if (process.platform !== "linux") return { milliseconds: Number.NaN, mebibytes: Number.NaN };
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
    .replace(/^.*\) /, "")
    .split(" ")
    .map(Number);
  // Of proc(5): 14 and 15 in ticks of 10 ms, 24 in pages; the first two are cut off.
  const [user = 0, system = 0, pages = 0] = [fields[11], fields[12], fields[21]];
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean);
  const used = { milliseconds: (user + system) * 10, mebibytes: (pages * 4096) / 2 ** 20 };
  for (const child of children) {
    const { milliseconds, mebibytes } = usageOf(Number(child));
    used.milliseconds += milliseconds;
    used.mebibytes += mebibytes;
  }
  return used;
}
