import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, type LogRecord, logTo, logToConsole, type OpenOptions, t } from "tenon";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const api = contract("demo:logs@1.0.0", { exports: { print: t.func([]) } });
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-logs-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

let count = 0;

/** Runs the body of a function of a plugin, and returns the lines that it wrote. */
async function linesOf(body: string, options: OpenOptions = {}, redact: readonly string[] = []): Promise<LogRecord[]> {
  await using host = createHost({ redact });
  const lines: LogRecord[] = [];
  host.on("log", ({ line }) => lines.push(line));
  const path = join(folder, `plugin${++count}.mjs`);
  await writeFile(
    path,
    `let context; export const activate = (given) => { context = given; };\nexport function print() { ${body} }`,
  );
  const plugin = await host.open(path, api, options);
  await plugin.exports.print();
  await plugin.close();
  return lines;
}

const places = ["inline", "worker", "process"] as const;
const brief = ({ stream, level, text }: LogRecord) => `${stream} ${level}: ${text}`;

describe.each(places)("in the place %s", (place) => {
  test("what a console prints has the level of its method", async () => {
    const before = Date.now();
    const lines = await linesOf(
      `console.log("a %s", { b: 1 }); console.debug("d\\ne\\n"); console.info("i"); console.warn("w"); console.error(new Map([[1, 2]]));
       console.assert(false, "no"); console.trace("t"); process.stderr.write("raw\\n"); process.stdout.write("out\\n");`,
      { place },
    );
    const stdout = lines.filter(({ stream }) => stream === "stdout").map(brief);
    expect(stdout).toEqual([
      "stdout info: a { b: 1 }",
      "stdout debug: d",
      "stdout debug: e",
      "stdout debug: ",
      "stdout info: i",
      "stdout info: out",
    ]);
    const stderr = lines.filter(({ stream }) => stream === "stderr").map(brief);
    expect(stderr.slice(0, 4)).toEqual([
      "stderr warn: w",
      "stderr error: Map(1) { 1 => 2 }",
      "stderr error: Assertion failed: no",
      "stderr trace: Trace: t",
    ]);
    expect(stderr.at(-1)).toBe("stderr warn: raw");
    for (const { time } of lines) expect(time).toBeGreaterThanOrEqual(before);
  });

  test("context.log has levels and fields, of which no getter runs and nothing is too large", async () => {
    const lines = await linesOf(
      `const { log } = context; log("plain"); log.debug("d", { a: 1 }); log.info("i"); log.warn("w", { at: new Date(0), big: 5n, not: NaN });
       const cycle = { name: "c" }; cycle.self = cycle;
       log.error("e", { cycle, error: Object.assign(new Error("x"), { stack: "Error: x" }), get secret() { throw 1; }, f() {},
         proxy: new Proxy({}, {}), bytes: new Uint8Array(3), list: [1, [2]], half: "\\ud800" });
       log.trace("many", Object.fromEntries(Array.from({ length: 10000 }, (_, at) => ["k" + at, "x".repeat(1000)])));
       let deep = {}; const top = deep; for (let at = 0; at < 100000; at++) deep = deep.d = {};
       log.info("deep", top); log.info("none", new Proxy({ a: 1 }, {})); log.info("list", [1]);`,
      { place },
    );
    expect(lines.map(brief)).toEqual(
      [
        "info: plain",
        "debug: d",
        "info: i",
        "warn: w",
        "error: e",
        "trace: many",
        "info: deep",
        "info: none",
        "info: list",
      ].map((line) => `log ${line}`),
    );
    expect(lines[1]?.fields).toEqual({ a: 1 });
    expect(lines[3]?.fields).toEqual({ at: "1970-01-01T00:00:00.000Z", big: "5", not: "NaN" });
    expect(lines[4]?.fields).toEqual({
      cycle: { name: "c", self: "[circular]" },
      error: "Error: x",
      proxy: "[proxy]",
      bytes: "[3 bytes]",
      list: [1, [2]],
      half: "\ufffd",
    });
    expect(JSON.stringify(lines[5]?.fields).length).toBeLessThan(20_000);
    expect(lines[5]?.fields).toHaveProperty("[tenon]");
    expect(JSON.stringify(lines[6]?.fields).length).toBeLessThan(100);
    expect([lines[7]?.fields, lines[8]?.fields]).toEqual([undefined, undefined]);
  });

  test("named fields are redacted before a listener gets them", async () => {
    const lines = await linesOf(
      `context.log.info("x", { password: "p", user: { Password: 1, name: "n" }, request: { headers: { Authorization: "a", host: "h" } },
         authorization: "stays" });`,
      { place },
      ["password", "headers.authorization"],
    );
    expect(lines[0]?.fields).toEqual({
      password: "[redacted]",
      user: { Password: "[redacted]", name: "n" },
      request: { headers: { Authorization: "[redacted]", host: "h" } },
      authorization: "stays",
    });
  });

  test("lines of logging libraries are read if the host says so, and others stay as they are", async () => {
    const body = `for (const line of ${JSON.stringify([
      '{"@level":"debug","@message":"hclog","@timestamp":"2026-12-01T00:00:00.000000Z","@module":"m","n":1}',
      '{"level":50,"time":1700000000000,"pid":1,"msg":"pino","password":"p"}',
      '{"level":"WARN","ts":1700000000.5,"msg":"zap"}',
      '{"time":"2026-12-01T00:00:00Z","level":"INFO+2","msg":"slog"}',
      '{"level":"loud","msg":"unknown"}',
      '{"no":"message"}',
      "panic: text",
      '{"msg":',
    ])}) process.stderr.write(line + "\\n");`;
    const lines = await linesOf(body, { place, logs: "json" }, ["password"]);
    expect(lines.map(({ level, text, fields }) => [level, text, fields])).toEqual([
      ["debug", "hclog", { "@module": "m", n: 1 }],
      ["error", "pino", { pid: 1, password: "[redacted]" }],
      ["warn", "zap", undefined],
      ["info", "slog", undefined],
      ["warn", "unknown", { level: "loud" }],
      ["warn", '{"no":"message"}', undefined],
      ["warn", "panic: text", undefined],
      ["warn", '{"msg":', undefined],
    ]);
    expect(lines.slice(0, 3).map(({ time }) => time)).toEqual([1796083200000, 1700000000000, 1700000000500]);
    const asText = await linesOf(body, { place });
    expect(asText[0]).toMatchObject({ level: "warn", text: expect.stringContaining('"@level"') });
    expect(asText[0]?.fields).toBeUndefined();
  });
});

test("a process that fails quotes its errors without the marks of levels", async () => {
  await using host = createHost();
  const path = join(folder, "fails.mjs");
  await writeFile(path, 'export function print() { console.error("first"); process.exit(3); }');
  const plugin = await host.open(path, api, { place: "process" });
  await expect(plugin.exports.print()).rejects.toSatisfy((error: Error) => {
    expect(JSON.stringify([error.message, String(error.cause)])).not.toMatch(/\\u001e/);
    return true;
  });
});

test("a listener that throws stops neither the plugin nor the other listeners", async () => {
  const thrown: unknown[] = [];
  const catching = (error: unknown) => thrown.push(error);
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", catching);
  try {
    await using host = createHost();
    const lines: string[] = [];
    host.on("log", () => {
      throw new Error("listener");
    });
    host.on("log", ({ line }) => lines.push(line.text));
    const path = join(folder, "prints.mjs");
    await writeFile(path, 'export function print() { console.log("one"); console.log("two"); }');
    for (const place of places) {
      await using plugin = await host.open(path, api, { place });
      await plugin.exports.print();
    }
    await expect.poll(() => lines).toEqual(["one", "two", "one", "two", "one", "two"]);
    await expect.poll(() => thrown.length).toBe(6);
  } finally {
    process.removeListener("uncaughtException", catching);
    for (const listener of others) process.on("uncaughtException", listener);
  }
});

describe("sinks", () => {
  async function through(attach: (host: ReturnType<typeof createHost>) => () => void, body: string): Promise<void> {
    await using host = createHost();
    const stop = attach(host);
    const path = join(folder, `sink${++count}.mjs`);
    await writeFile(
      path,
      `let context; export const activate = (given) => { context = given; };\nexport function print() { ${body} }`,
    );
    const plugin = await host.open(path, api, { name: "shop" });
    await plugin.exports.print();
    stop();
    await plugin.exports.print();
  }

  test("logTo passes lines to a logger of pino's shape, in which a plugin sets nothing of the logger", async () => {
    const got: unknown[] = [];
    const log = (level: string) => (object: object, text: string) => void got.push([level, object, text]);
    const logger = {
      trace: log("trace"),
      debug: log("debug"),
      info: log("info"),
      warn: log("warn"),
      error: log("error"),
    };
    await through(
      (host) => logTo(host, logger),
      'context.log.warn("low", { level: 60, plugin: "other" }); console.log("out");',
    );
    const written = expect.any(Number);
    expect(got).toEqual([
      ["warn", { plugin: "shop", stream: "log", written, fields: { level: 60, plugin: "other" } }, "low"],
      ["info", { plugin: "shop", stream: "stdout", written }, "out"],
    ]);
  });

  test("logToConsole writes one line each, without colour or control characters where there is no terminal", async () => {
    let text = "";
    const stream = { write: (part: unknown) => (text += part) !== "" };
    await through(
      (host) => logToConsole(host, { stream }),
      `context.log.error("red \\x1b[31m \\u202e\\nnext", { path: "/a", "k\\x1b": "two words" }); context.log.debug("hidden");`,
    );
    expect(text).toMatch(/^\d\d:\d\d:\d\d\.\d\d\d ERROR \[shop\] /);
    expect(text.slice(13)).toBe('ERROR [shop] red \\x1b[31m \\u202e\\x0anext path=/a k\\x1b="two words"\n');
  });

  test("logToConsole colours on a terminal", async () => {
    let text = "";
    const stream = { isTTY: true, write: (part: unknown) => (text += part) !== "" };
    await through(
      (host) => logToConsole(host, { stream, level: "debug", colour: true }),
      'context.log.debug("shown");',
    );
    expect(text).toContain("\x1b[");
    expect(text).toContain("shown\n");
  });
});

test.each([[["password", 1]], ["password"], [[""]]])("the option redact is checked: %j", (redact) => {
  expect(() => createHost({ redact: redact as never })).toThrow(
    expect.objectContaining({ code: "TENON_OPTION_INVALID" }),
  );
});
