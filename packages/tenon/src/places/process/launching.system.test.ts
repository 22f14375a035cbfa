import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { contract, createHost, isTenonError, type TenonError, t } from "tenon";
import { errors } from "tenon/errors";
import type { LaunchedProgram, Runtime } from "tenon/runtime";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tenon-launching-"));
afterAll(() => rmSync(folder, { recursive: true }));
const echo = contract("test:echo@1.0.0", { exports: { say: t.func([["text", t.string]], t.string) } });

function program(name: string, text: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

interface Options {
  /** What loading does once the program runs. */
  readonly handshake?: (program: LaunchedProgram) => Promise<void>;
  readonly launched?: (program: LaunchedProgram) => void;
  readonly output?: "log" | "protocol";
}

/** A runtime whose programs answer each line with a line. */
function lines({ handshake, launched, output = "protocol" }: Options = {}): Runtime<undefined> {
  return {
    name: "lines",
    module: import.meta.url,
    launches: true,
    place: "process",
    offers: ({ process }) => process === "own" || "its plugins are programs",
    recognise: async () => ({ confidence: 2, description: "a program" }),
    check: async () => [],
    prepare: async ({ path }) => ({ path, fingerprint: path, payload: undefined }),
    async load({ path }, request) {
      if (request.launch === undefined) throw new Error("no launch");
      const started = await request.launch({ command: path, arguments: [], folder, input: true, output });
      launched?.(started);
      await handshake?.(started);
      const answers = started.stdout && createInterface({ input: started.stdout })[Symbol.asyncIterator]();
      const lost = started.ended.then(({ error }) => error);
      const invoke = async ([text]: readonly unknown[]) => {
        started.stdin?.write(`${text}\n`);
        started.hold(true);
        const answer = await answers?.next();
        // The end of its output comes before its exit is known.
        if (answer?.done !== false) throw await lost;
        started.hold(false);
        return answer.value;
      };
      return {
        isolation: started.isolation,
        contract: undefined,
        functions: new Map([["say", { invoke }]]),
        id: started.id,
        lost,
        restores: false,
        explain: (cause) => errors.TENON_CALL_THREW({ message: String(cause), cause }),
        health: async () => {},
        save: async () => undefined,
        restore: async () => {},
        close: (control) => started.close(control),
      };
    },
  };
}

async function failureOf(promise: Promise<unknown>): Promise<TenonError> {
  const thrown = await promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
  if (!isTenonError(thrown)) throw thrown;
  return thrown;
}

function isRunning(id: number): boolean {
  return existsSync(`/proc/${id}`) && !/\) Z /.test(readFileSync(`/proc/${id}/stat`, "latin1"));
}

const cat = program("cat.sh", '#!/bin/sh\nwhile read -r line; do echo "$line"; done\n');

describe("a runtime that launches programs", () => {
  test("runs in the process place by default, and is refused in the others", async () => {
    await using host = createHost({ runtimes: [lines()] });
    const plugin = await host.open(cat, echo);
    expect(plugin.place).toBe("process");
    expect(plugin.isolation).toMatchObject({ level: "contained", crash: true, environment: true });
    expect(await plugin.exports.say("hello")).toBe("hello");
    expect(isRunning(plugin.id as number)).toBe(true);
    for (const place of ["inline", "worker"] as const)
      expect(await failureOf(host.open(cat, echo, { place }))).toMatchObject({ code: "TENON_RUNTIME_UNAVAILABLE" });
    expect(await plugin.close()).toMatchObject({ proof: "process-exited", exit: 0, forced: false });
    expect(isRunning(plugin.id ?? 0)).toBe(false);
  });

  test("gives its programs the granted environment, and nothing else of the host's", async () => {
    const printed = program("environment.sh", "#!/bin/sh\nread -r line; env | sort | tr '\\n' ' '; echo; cat\n");
    await using host = createHost({ runtimes: [lines()] });
    const plugin = await host.open(printed, echo, { grants: { environment: { GREETING: "hello" } } });
    const environment = await plugin.exports.say("?");
    expect(environment).toContain("GREETING=hello ");
    for (const name of ["HOME", "USER", "VITEST"]) expect(environment).not.toContain(`${name}=`);
  });

  test("reports how a program exited, with what it said, and starts it again", async () => {
    const leaves = program("leaves.sh", "#!/bin/sh\nread -r line\necho 'no more paper' >&2\nexit 7\n");
    await using host = createHost({ runtimes: [lines()] });
    const plugin = await host.open(leaves, echo, { supervision: { backoff: { first: 1 } } });
    const error = await failureOf(plugin.exports.say("print"));
    expect(error.code).toMatch(/^TENON_PL(?:ACE_EXIT|UGIN_CRASHED)$/);
    expect(error.message).toContain("exit code 7");
    expect(error.message).toContain("no more paper");
  });

  test("kills a program that does not end when it is closed", async () => {
    const stays = program("stays.sh", "#!/bin/sh\ntrap '' TERM\nwhile :; do read -r line || sleep 100; done\n");
    await using host = createHost({ runtimes: [lines()], limits: { grace: 50, drain: 50 } });
    const plugin = await host.open(stays, echo);
    const id = plugin.id as number;
    expect(await plugin.close()).toMatchObject({ proof: "process-exited", exit: "SIGKILL", forced: true });
    expect(isRunning(id)).toBe(false);
  });

  test.each([
    ["fails", () => Promise.reject(new Error("wrong cookie")), "TENON_LOAD_FAILED"],
    ["never ends", () => new Promise<void>(() => {}), "TENON_LOAD_DEADLINE"],
  ])("ends its program if its handshake %s", async (_, handshake, code) => {
    let started: LaunchedProgram | undefined;
    const runtime = lines({ handshake, launched: (program) => (started = program) });
    await using host = createHost({ runtimes: [runtime], limits: { load: 1000 } });
    expect((await failureOf(host.open(cat, echo))).code).toBe(code);
    expect(await started?.exited).toMatchObject({ signal: "SIGKILL", killed: true });
  });

  test("can send its program another signal than SIGKILL", async () => {
    let started: LaunchedProgram | undefined;
    await using host = createHost({ runtimes: [lines({ launched: (program) => (started = program) })] });
    await host.open(cat, echo, { supervision: { restart: false } });
    started?.kill("SIGTERM");
    expect(await started?.exited).toMatchObject({ signal: "SIGTERM", killed: false });
  });

  test("ends its programs when the host is closed", async () => {
    const host = createHost({ runtimes: [lines()] });
    const { id } = await host.open(cat, echo);
    await host.close();
    expect(isRunning(id as number)).toBe(false);
  });

  test("has what its program writes in the log, if that is no protocol", async () => {
    const prints = program("prints.sh", "#!/bin/sh\necho out\necho err >&2\nread -r line\n");
    const host = createHost({ runtimes: [lines({ output: "log" })] });
    const seen: string[] = [];
    host.on("log", ({ line }) => seen.push(`${line.stream}: ${line.text}`));
    await host.open(prints, echo);
    await host.close();
    expect(seen.sort()).toEqual(["stderr: err", "stdout: out"]);
  });

  test("holds a program to its limit of memory", async () => {
    const grows = program("grows.sh", '#!/bin/sh\nread -r line\nx=xxxxxxxxxxxxxxxx\nwhile :; do x="$x$x"; done\n');
    await using host = createHost({ runtimes: [lines()] });
    const plugin = await host.open(grows, echo, { limits: { memory: 64 * 2 ** 20 }, supervision: { restart: false } });
    const error = await failureOf(plugin.exports.say("grow"));
    expect(`${error.code} ${error.message}`).toMatch(/64 MiB/);
  });
});

describe("a program that cannot be started is TENON_PLACE_START or an exit, with the reason", () => {
  test.each([
    ["that is not executable", program("plain.sh", "#!/bin/sh\n", 0o644), /EACCES|not executable/],
    ["whose interpreter is missing", program("lost.sh", "#!/does/not/exist\n"), /ENOENT/],
    ["that is neither a script nor a program", program("noise", "\u0000\u0001\u0002"), /ENOEXEC|exit code/],
  ])("%s", async (_, path, reason) => {
    await using host = createHost({
      runtimes: [lines({ handshake: async ({ ended }) => Promise.reject((await ended).error) })],
    });
    const error = await failureOf(host.open(path, echo));
    expect(error.code).toMatch(/^TENON_PLACE_(?:START|EXIT)$/);
    expect(error.message).toMatch(reason);
  });
});

test("a host that is killed takes its programs with it", async () => {
  const script = join(folder, "host.mjs");
  const index = import.meta.resolve("tenon");
  writeFileSync(
    script,
    `import { contract, createHost, t } from ${JSON.stringify(index)};
     const runtime = ${"(await import(process.argv[2])).default"};
     const host = createHost({ runtimes: [runtime] });
     const plugin = await host.open(process.argv[3], contract("test:echo@1.0.0", { exports: { say: t.func([["text", t.string]], t.string) } }));
     console.log(plugin.id);
     setInterval(() => {}, 1000);`,
  );
  const runtime = new URL("../../../../../examples/own-runtime/runtime.ts", import.meta.url).href;
  const plugin = new URL("../../../../../examples/own-runtime/plugins/greeter", import.meta.url).pathname;
  const tsx = import.meta.resolve("tsx");
  const child = execFile(process.execPath, ["--import", tsx, script, runtime, plugin]);
  const id = await new Promise<number>((resolve) => child.stdout?.once("data", (text) => resolve(Number(text))));
  expect(isRunning(id)).toBe(true);
  child.kill("SIGKILL");
  while (isRunning(id)) await new Promise((resolve) => setImmediate(resolve));
});
