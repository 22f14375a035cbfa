/**
 * The plugin of the conformance suite, for the runtime in this folder: `node plugin.mjs VERSION [fails|exits|waits|loops]`. It echoes
 * values as they come, so that it need not understand them.
 */
import { createInterface } from "node:readline";

const [version = "1", variant = ""] = process.argv.slice(2);
const waiting = new Map();
let settings = null;
let cancelled = 0;
let measured = 0;
let text = "";

const fail = (payload) => Promise.reject({ payload });
const broken = (message) => Promise.reject(new Error(message));

function measure(length) {
  measured++;
  return length;
}

const functions = {
  version: () => version,
  extra: () => "extra",
  sign: (card) => ({ ...card, name: `${card.name}!` }),
  "errors#divide": (dividend, divisor) => {
    if (divisor === 0) return fail({ tag: "division-by-zero" });
    if (dividend === -2147483648 && divisor === -1) return fail({ tag: "overflow", val: { limit: 2147483647 } });
    return Math.trunc(dividend / divisor);
  },
  "errors#accept": (fine) => (fine ? undefined : fail(null)),
  "errors#check": (given) => (given === "" ? fail("empty") : undefined),
  "errors#fail": broken,
  "errors#fail-later": (message) => new Promise((_, reject) => setImmediate(reject, new Error(message))),
  "errors#answer-wrongly": () => "not a number",
  "errors#fail-wrongly": () => fail("not a number"),
  "waiting#cancellable": () => new Promise(() => {}),
  "waiting#stuck": () => new Promise(() => {}),
  "waiting#cancelled": () => cancelled,
  "limits#make-string": (length) => "x".repeat(length),
  "limits#make-bytes": (length) => Buffer.alloc(length).toString("base64"),
  "limits#measure-string": (given) => measure(Buffer.byteLength(given)),
  "limits#measure-bytes": (given) => measure(Buffer.from(given, "base64").length),
  "limits#calls": () => measured,
  "crashes#exit": (code) => process.exit(code),
  "crashes#throw-later": () => {
    setImmediate(() => {
      throw new Error("thrown later");
    });
    return 0;
  },
  "crashes#reject-later": () => {
    setImmediate(() => Promise.reject(new Error("rejected later")));
    return 0;
  },
  "state#set": (value) => {
    text = value;
  },
  "state#get": () => text,
  "surroundings#settings": () => JSON.stringify(settings),
  "surroundings#environment": (name) => process.env[name],
};

const start = {
  fails: () => broken("broken on purpose"),
  exits: () => process.exit(7),
  waits: () => new Promise(() => {}),
  loops: () => {
    for (;;);
  },
};

createInterface({ input: process.stdin }).on("line", async (line) => {
  const { id, call, parameters, cancel } = JSON.parse(line);
  if (cancel !== undefined) {
    if (waiting.get(cancel) === "waiting#cancellable") cancelled++;
    return;
  }
  waiting.set(id, call);
  const answer = (about) => process.stdout.write(`${JSON.stringify({ id, ...about })}\n`);
  try {
    if (call === "start") {
      [settings] = parameters;
      answer({ result: await start[variant]?.() });
      return;
    }
    const made = functions[call] ?? (call.startsWith("values#") ? (value) => value : undefined);
    if (made === undefined) answer({ error: `no function ${call}` });
    else answer({ result: await made(...parameters) });
  } catch (thrown) {
    answer(thrown instanceof Error ? { error: thrown.message } : { fail: thrown.payload });
  }
  waiting.delete(id);
});
