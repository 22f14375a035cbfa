import { fork, spawn } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/**
 * @import { ChildProcess } from "node:child_process"
 * @import { Readable } from "node:stream"
 * @import { WatchMessage } from "../types.js"
 */

/**
 * The milliseconds from writing the file to each event of a round.
 *
 * @typedef {Record<"noticed" | "compiling" | "linking" | "built" | "swapped", number>} Times
 */

const template = fileURLToPath(new URL("../../../../guest/go/template/", import.meta.url));
const watchingHost = fileURLToPath(new URL("./watching-host.mjs", import.meta.url));
const cli = fileURLToPath(new URL("../../../tenon/bin/tenon.js", import.meta.url));
const edits = 7;
// From the second build of a plugin on, the bundled compiler is optimised in the background.
const unprepared = 3;
const limit = 600;

/**
 * Measures the time from writing a file of a plugin of 250 lines until the plugin is swapped, while calls are running: in a
 * watching host in another process, for each toolchain, and then with `tenon run --watch`.
 */
export async function measureEdit() {
  const lines = [];
  for (const toolchain of ["local", "bundled"]) lines.push(await attempt(toolchain, editsOf));
  lines.push(await attempt("tenon run --watch", editsOfCommand));
  return lines;
}

/**
 * @param {string} name
 * @param {(folder: string, name: string) => Promise<string>} measure
 */
async function attempt(name, measure) {
  const folder = mkdtempSync(join(tmpdir(), "tenon-bench-go-"));
  try {
    cpSync(template, folder, { recursive: true });
    writeFileSync(join(folder, "more.go"), moreSource());
    return `${name}: ${await measure(folder, name)}`;
  } catch (error) {
    return `${name}: not measured: ${/** @type {Error} */ (error).message}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Edits the file once nothing else is going on. Returns the time of writing, by the clock that the other process uses as well.
 *
 * @param {string} folder
 * @param {number} number
 */
async function edit(folder, number) {
  await setTimeout(500);
  const at = performance.timeOrigin + performance.now();
  // A number that was never used before, since the cache contains the builds of earlier runs.
  const unique = Date.now();
  appendFileSync(join(folder, "more.go"), `\nfunc edit${number}() int { return ${unique} }\n\nvar _ = edit${number}\n`);
  return at;
}

/**
 * @param {string} folder
 * @param {string} toolchain
 */
async function editsOf(folder, toolchain) {
  const child = fork(watchingHost, [folder, toolchain], { stdio: "inherit" });
  const told = messagesOf(child);
  try {
    await told("watching");
    /** @type {Times[]} */
    const rounds = [];
    let calls = { count: 0, failed: 0, longest: 0 };
    for (let number = 0; number <= edits + unprepared; number++) {
      if (number === unprepared) {
        child.send("prepare");
        await told("prepared");
      }
      const begun = await edit(folder, number);
      /** @type {Times} */
      const times = { noticed: 0, compiling: 0, linking: 0, built: 0, swapped: 0 };
      for (const event of /** @type {(keyof Times)[]} */ (Object.keys(times))) {
        const message = await told(event);
        times[event] = message.at - begun;
        calls = message.calls ?? calls;
      }
      await told("watching");
      rounds.push(times);
    }
    const early = rounds.splice(0, unprepared).map(({ swapped: total }) => total.toFixed(0));
    const { noticed, compiling, linking, built, swapped } = medianRound(rounds.slice(1), ({ swapped: total }) => total);
    /** @type {[part: string, time: number][]} */
    const parts = [
      ["notice", noticed],
      ["read", compiling - noticed],
      ["compile", linking - compiling],
      ["link", built - linking],
      ["open and swap", swapped - built],
    ];
    const shown = parts.map(([part, time]) => `${part} ${time.toFixed(0)}`).join(", ");
    const during = `${calls.count} calls during the run, ${calls.failed} failed, the longest took ${calls.longest.toFixed(0)} ms`;
    return `${verdict(swapped)} (${shown}; the first edits ${early.join(", ")}; median of the ${edits} after them; ${during})`;
  } finally {
    child.kill();
  }
}

/** @param {string} folder */
async function editsOfCommand(folder) {
  const child = spawn(process.execPath, [cli, "run", folder, "greet", "Ada", "--watch"]);
  const notes = waitsFor(child, child.stderr);
  const answers = waitsFor(child, child.stdout);
  try {
    await notes("watching");
    await answers("Hello, Ada!");
    const rounds = [];
    for (let number = 0; number <= edits; number++) {
      const begun = await edit(folder, number);
      const swapped = (await notes("swapped")) - begun;
      const answered = (await answers("Hello, Ada!")) - begun;
      await notes("watching");
      rounds.push({ swapped, answered });
    }
    const { swapped, answered } = medianRound(rounds.slice(1), (round) => round.swapped);
    return `${verdict(swapped)} (called again after ${answered.toFixed(0)}; median of ${edits})`;
  } finally {
    child.kill("SIGINT");
  }
}

/**
 * Waits until a program has printed a text, from where the last wait ended. Returns the time.
 *
 * @param {ChildProcess} child
 * @param {Readable} stream
 */
function waitsFor(child, stream) {
  let said = "";
  /** @type {(value?: unknown) => void} */
  let wake = () => {};
  stream.on("data", (part) => {
    said += part;
    wake();
  });
  child.on("exit", () => wake());
  return async (/** @type {string} */ text) => {
    while (!said.includes(text)) {
      if (child.exitCode !== null) throw new Error(`tenon run exited: ${said.trim()}`);
      await new Promise((resolve) => (wake = resolve));
    }
    said = said.slice(said.indexOf(text) + text.length);
    return performance.timeOrigin + performance.now();
  };
}

/**
 * Waits for the next message of a child with the event's name, even if it has already arrived.
 *
 * @param {ChildProcess} child
 */
function messagesOf(child) {
  /** @type {WatchMessage[]} */
  const messages = [];
  /** @type {(value?: unknown) => void} */
  let wake = () => {};
  /** @type {Error | undefined} */
  let ended;
  child.on("message", (message) => {
    messages.push(/** @type {WatchMessage} */ (message));
    wake();
  });
  child.on("exit", (code) => {
    ended = new Error(`the watching host exited with ${code}`);
    wake();
  });
  return async (/** @type {string} */ event) => {
    while (true) {
      const at = messages.findIndex((message) => message.event === event);
      if (at >= 0) return /** @type {WatchMessage} */ (messages.splice(0, at + 1).at(-1));
      if (ended !== undefined) throw ended;
      await new Promise((resolve) => (wake = resolve));
    }
  };
}

/**
 * @template T
 * @param {T[]} rounds
 * @param {(round: T) => number} timeOf
 * @returns {T}
 */
function medianRound(rounds, timeOf) {
  return /** @type {T} */ (rounds.sort((one, other) => timeOf(one) - timeOf(other))[Math.floor(rounds.length / 2)]);
}

/** @param {number} time */
function verdict(time) {
  return `edit to swapped ${time.toFixed(0)} ms, at most ${limit}: ${time <= limit ? "met" : "missed"}`;
}

/** Some 240 lines in addition to the template's. */
function moreSource() {
  const functions = Array.from(
    { length: 48 },
    (_, index) =>
      `func step${index}(text string) string {\n\treturn strings.Repeat(text, ${index})\n}\n\nvar _ = step${index}`,
  );
  return `package main\n\nimport "strings"\n\n${functions.join("\n")}\n`;
}
