import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import dgram from "node:dgram";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import os from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * What a plugin could reach: files, processes, sockets, keys.
 *
 * @typedef {object} Targets
 * @property {string} secret what is in most of them.
 * @property {string} own the plugin's folder. @property {string} raw a program in it.
 * @property {string} file a file outside of what is granted. @property {string} home
 * @property {string} granted a folder for reading. @property {string} shared one for writing.
 * @property {string} tenon one of Tenon's own files.
 * @property {number} host @property {number} victim ids of processes. @property {string} address in the victim's memory.
 * @property {number} tcp @property {number} tcp6 @property {number} tcpEverywhere
 * @property {number} udp @property {number} udp6 ports. @property {string} ownAddress
 * @property {string} unix @property {string} abstract @property {string} key @property {string} shm @property {string} msg
 * @property {string} mq @property {string} sharedMemory @property {string} disk
 * @property {number} processes how many the plugin may start.
 */

/** The environment in which the host runs, so that its secret can be looked for. */
export const secretVariable = "TENON_ESCAPE_SECRET";

/** Sets up what can be reached. @returns {Promise<{ targets: Targets, end(): void }>} */
export async function setUp() {
  const folder = realpathSync(mkdtempSync(join(os.tmpdir(), "tenon-escapes-")));
  const [own, granted, shared, outside] = ["plugin", "granted", "shared", "outside"].map((name) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  });
  if (own === undefined || granted === undefined || shared === undefined || outside === undefined) throw new Error();
  const source = join(dirname(fileURLToPath(import.meta.url)), "plugin");
  for (const name of readdirSync(source)) copyFileSync(join(source, name), join(own, name));
  writeFileSync(join(own, "package.json"), '{ "name": "escapes", "type": "module", "main": "main.mjs" }');
  const raw = join(own, "raw");
  const compiled = spawnSync("gcc", ["-O1", "-o", raw, join(own, "raw.c")], { encoding: "utf8" });
  if (compiled.status !== 0) throw new Error(`raw.c does not compile: ${compiled.stderr}`);
  const secret = process.env[secretVariable] ?? randomUUID();
  const file = join(outside, "secret.txt");
  writeFileSync(file, secret);
  writeFileSync(join(granted, "data.txt"), "granted");

  const victim = spawn(
    process.execPath,
    ["-e", `require("fs").openSync(${JSON.stringify(file)}); console.log("up"); setInterval(() => {}, 1e9)`],
    { cwd: outside, env: { [secretVariable]: secret }, stdio: ["ignore", "pipe", "ignore"] },
  );
  await once(victim.stdout, "data");
  const address = /^([0-9a-f]+)-/.exec(readFileSync(`/proc/${victim.pid}/maps`, "latin1"))?.[1] ?? "0";

  /** @type {{ close(): unknown }[]} */
  const servers = [];
  const listen = async (/** @type {net.ListenOptions} */ options) => {
    const server = net.createServer((socket) => socket.on("error", () => {}).end(secret));
    servers.push(server);
    server.listen(options);
    await once(server, "listening");
    const at = server.address();
    return typeof at === "object" && at !== null ? at.port : 0;
  };
  const receive = async (/** @type {"udp4" | "udp6"} */ kind, /** @type {string} */ host) => {
    const socket = dgram.createSocket(kind, (_, from) => socket.send(secret, from.port, from.address));
    servers.push(socket);
    socket.bind(0, host);
    await once(socket, "listening");
    return socket.address().port;
  };
  const unix = join(outside, "socket");
  const abstract = `tenon-escapes-${process.pid}`;
  await listen({ path: unix });
  await listen({ path: `\0${abstract}` });
  const key = `tenon-escapes-${process.pid}`;
  const sharedMemory = `/dev/shm/${key}`;
  writeFileSync(sharedMemory, secret);
  const say = (/** @type {(string | number)[]} */ ...words) =>
    spawnSync(raw, words.map(String), { encoding: "utf8" }).stdout.trim();
  const [shm, msg, mq] = [say("shm-make"), say("msg-make"), `/${key}`];
  say("mq-make", mq);
  say("add-key", key, -4);
  const interfaces = Object.values(os.networkInterfaces()).flatMap((list) => list ?? []);
  const ipv6 = interfaces.some(({ address: at }) => at === "::1");
  const targets = {
    ...{ secret, own, raw, file, home: os.homedir(), granted, shared },
    tenon: fileURLToPath(import.meta.resolve("tenon")),
    ...{ host: process.pid, victim: victim.pid ?? 0, address },
    tcp: await listen({ host: "127.0.0.1", port: 0 }),
    tcp6: ipv6 ? await listen({ host: "::1", port: 0 }) : 0,
    tcpEverywhere: await listen({ host: "0.0.0.0", port: 0 }),
    udp: await receive("udp4", "127.0.0.1"),
    udp6: ipv6 ? await receive("udp6", "::1") : 0,
    ownAddress: interfaces.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.2",
    ...{ unix, abstract, key, shm, msg, mq, sharedMemory },
    disk: disk(),
    processes: 40,
  };
  return {
    targets,
    end() {
      victim.kill("SIGKILL");
      for (const server of servers) server.close();
      say("shm-remove", shm);
      say("msg-remove", msg);
      say("mq-remove", mq);
      say("unlink-key", key);
      rmSync(sharedMemory, { force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The device of a disk, if there is one. */
function disk() {
  const name = readFileSync("/proc/partitions", "utf8").split("\n").at(2)?.trim().split(/\s+/).at(3);
  return `/dev/${name ?? "sda"}`;
}
