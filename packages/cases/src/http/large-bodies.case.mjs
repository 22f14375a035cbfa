// node: --import tsx
// seconds: 600
// Bodies of 1 GiB through `tenon serve`, both ways: what the server occupies does not grow with what has passed. With a number as
// its argument, the program sends that many GiB, to a plugin in a process as well.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { fixture, fixtureMissing } from "../../../wasm-fixtures/src/index.ts";
import { check, done, skip } from "../case.mjs";

if (!existsSync("/proc/self/status")) skip("only Linux says what a process has occupied at most");
const [, , given] = process.argv;
const gibibytes = Number(given ?? 1);
const tenon = fileURLToPath(new URL("../bin/tenon.js", import.meta.resolve("tenon")));
const script = fileURLToPath(new URL("plugins/large.mjs", import.meta.url));
/** What buffers of the streams, the sockets and the collector may take: far less than a body. */
const most = 192;

/** @type {[name: string, plugin: string, options: string[]][]} */
const served = [["JavaScript, worker", script, ["--place", "worker"]]];
if (given !== undefined) served.push(["JavaScript, process", script, ["--place", "process"]]);
if (fixtureMissing("proxy") === undefined) served.push(["component", await fixture("proxy"), []]);

for (const [name, plugin, options] of served) {
  const server = spawn(process.execPath, [tenon, "serve", plugin, "--port", "0", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(server.stdout), "line");
  const port = Number(/:(\d+)/.exec(line.replace(/^.*http:/, "http:"))?.[1]);
  const { pid = 0 } = server;
  await down(port, 2 ** 26);
  await up(port, 2 ** 26);
  for (const [way, pass] of /** @type {const} */ ([
    ["down", down],
    ["up", up],
  ])) {
    const before = highest(pid);
    await pass(port, gibibytes * 2 ** 30);
    const grown = highest(pid) - before;
    check(`${name}: ${gibibytes} GiB ${way}, growth of the peak in MiB`, grown, grown < most, `less than ${most}`);
  }
  server.kill();
  await once(server, "exit");
}
done();

/**
 * The most that the server has occupied so far, in MiB.
 *
 * @param {number} pid
 */
function highest(pid) {
  return Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024);
}

/**
 * @param {number} port
 * @param {number} bytes
 */
async function down(port, bytes) {
  const socket = connect(port, "127.0.0.1");
  socket.write(`GET /large?${bytes} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  let received = 0;
  socket.on("data", ({ length }) => {
    received += length;
  });
  await once(socket, "close");
  if (received < bytes) throw new Error(`received ${received} of ${bytes} bytes`);
}

/**
 * @param {number} port
 * @param {number} bytes
 */
async function up(port, bytes) {
  const socket = connect(port, "127.0.0.1");
  socket.write(`POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bytes}\r\nConnection: close\r\n\r\n`);
  const part = new Uint8Array(2 ** 20);
  for (let sent = 0; sent < bytes; sent += part.length) if (!socket.write(part)) await once(socket, "drain");
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  await once(socket, "close");
  if (!text.includes(String(bytes))) throw new Error(`the server answered ${text.slice(0, 200)}`);
}
