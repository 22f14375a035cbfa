import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { usageOf } from "./servers.mjs";

/** @import { Running } from "./servers.mjs" */

const load = fileURLToPath(new URL("./load.mjs", import.meta.url));

/**
 * Prints how many requests each server answers in a second.
 *
 * @param {readonly Running[]} servers
 * @param {boolean} quick
 */
export async function requests(servers, quick) {
  const seconds = quick ? 1 : 4;
  const rounds = quick ? 1 : 3;
  console.log("\nRequests per second (median of the rounds), and milliseconds of processor time for each.");
  console.log(`\n| connections | ${servers.map(({ name }) => name).join(" | ")} | / jco | reused / jco |`);
  console.log(`| --- |${" --- |".repeat(servers.length + 2)}`);
  for (const server of servers) await asked(server, 16, seconds);
  for (const connections of [1, 16, 64]) {
    /** @type {Map<string, { rate: number, cost: number }[]>} */
    const found = new Map(servers.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++)
      for (const server of round % 2 === 0 ? servers : [...servers].reverse())
        found.get(server.name)?.push(await asked(server, connections, seconds));
    const cells = servers.map(({ name }) => middle(found.get(name) ?? []));
    const rate = (/** @type {string} */ wanted) =>
      cells[servers.findIndex(({ name }) => name === wanted)]?.rate ?? Number.NaN;
    const ratio = (/** @type {string} */ name) => (rate(name) / rate("jco")).toFixed(2);
    const shown = cells.map((cell) => `${cell.rate.toFixed(0)} (${cell.cost.toFixed(2)} ms)`);
    console.log(`| ${connections} | ${shown.join(" | ")} | ${ratio("Tenon")} | ${ratio("Tenon, reused")} |`);
  }
}

/**
 * @param {{ rate: number, cost: number }[]} found
 * @returns {{ rate: number, cost: number }}
 */
function middle(found) {
  return found.sort((a, b) => a.rate - b.rate)[Math.floor(found.length / 2)] ?? { rate: Number.NaN, cost: Number.NaN };
}

/**
 * Sends requests from another process, each connection one after the other.
 *
 * @param {Running} server
 * @param {number} connections
 * @param {number} seconds
 */
async function asked({ port, pid }, connections, seconds) {
  const before = usageOf(pid).milliseconds;
  const child = spawn(process.execPath, [load, String(port), String(connections), String(seconds)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (part) => {
    text += part;
  });
  await once(child, "close");
  const count = Number(text);
  return { rate: count / seconds, cost: (usageOf(pid).milliseconds - before) / count };
}

/** How many milliseconds all requests that wait have to begin. */
const patience = 30_000;

/**
 * Prints by how much each server grows for a request that waits.
 *
 * @param {readonly Running[]} servers
 * @param {boolean} quick
 */
export async function memory(servers, quick) {
  const count = quick ? 8 : 48;
  console.log(`\nMemory (RSS) for each of ${count} requests that wait for their body.`);
  console.log(`\n| ${servers.map(({ name }) => name).join(" | ")} |`);
  console.log(`|${" --- |".repeat(servers.length)}`);
  const cells = [];
  for (const { port, pid } of servers) {
    const before = usageOf(pid).mebibytes;
    const sockets = [];
    for (let each = 0; each < count; each++) {
      const socket = connect(port, "localhost").on("error", () => {});
      // The response begins before the body is read, so that its head shows that the request is running.
      socket.write("POST /early HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nbody");
      sockets.push(socket);
    }
    const begun = Promise.all(sockets.map((socket) => once(socket, "data"))).then(() => true);
    const late = new Promise((resolve) => setTimeout(resolve, patience, false));
    const grown = (await Promise.race([begun, late])) ? usageOf(pid).mebibytes - before : undefined;
    cells.push(grown === undefined ? "one blocks the others" : `${(grown / count).toFixed(1)} MiB`);
    for (const socket of sockets) socket.destroy();
  }
  console.log(`| ${cells.join(" | ")} |`);
}

/**
 * Prints how long a large body takes in each direction.
 *
 * @param {readonly Running[]} servers
 * @param {boolean} quick
 */
export async function bodies(servers, quick) {
  const bytes = quick ? 2 ** 25 : 2 ** 28;
  console.log(`\nSeconds for a body of ${bytes / 2 ** 20} MiB (the faster of two).`);
  console.log(`\n| direction | ${servers.map(({ name }) => name).join(" | ")} |`);
  console.log(`| --- |${" --- |".repeat(servers.length)}`);
  for (const [direction, send] of /** @type {const} */ ([
    ["down", (/** @type {number} */ port) => down(port, bytes)],
    ["up", (/** @type {number} */ port) => up(port, bytes)],
  ])) {
    const times = servers.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < 2; round++)
      for (const [index, { port }] of servers.entries()) {
        const begun = performance.now();
        await send(port);
        times[index] = Math.min(times[index] ?? 0, (performance.now() - begun) / 1000);
      }
    console.log(`| ${direction} | ${times.map((time) => time.toFixed(2)).join(" | ")} |`);
  }
}

/**
 * @param {number} port
 * @param {number} bytes
 */
async function down(port, bytes) {
  const socket = connect(port, "localhost");
  socket.write(`GET /large?${bytes} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  let received = 0;
  socket.on("data", (part) => {
    received += part.length;
  });
  await once(socket, "close");
  if (received < bytes) throw new Error(`received ${received} of ${bytes} bytes`);
}

/**
 * @param {number} port
 * @param {number} bytes
 */
async function up(port, bytes) {
  const socket = connect(port, "localhost");
  socket.write(`POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bytes}\r\nConnection: close\r\n\r\n`);
  const part = new Uint8Array(2 ** 16);
  for (let sent = 0; sent < bytes; sent += part.length) if (!socket.write(part)) await once(socket, "drain");
  let text = "";
  socket.on("data", (part) => {
    text += part;
  });
  await once(socket, "close");
  if (!text.includes(String(bytes))) throw new Error(`the server answered ${text.slice(0, 200)}`);
}
