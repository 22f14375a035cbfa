import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { failureOf } from "@tenon/fixtures/tests";
import { createHost } from "tenon";
import type { LaunchedProgram } from "tenon/runtime";
import { describe, expect, test } from "vitest";
import { echo, isRunning, lines, programs } from "./fixtures/lines.mjs";

const { folder, program } = programs();

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

test("a host that is killed takes its programs with it", async () => {
  const script = join(folder, "host.mjs");
  const index = import.meta.resolve("tenon");
  writeFileSync(
    script,
    `import { createHost } from ${JSON.stringify(index)};
     const runtime = ${"(await import(process.argv[2])).default"};
     const host = createHost({ runtimes: [runtime] });
     const plugin = await host.open(process.argv[3]);
     console.log(plugin.id);
     setInterval(() => {}, 1000);`,
  );
  const runtime = new URL("../../../../../examples/own-runtime/runtime.ts", import.meta.url).href;
  const plugin = new URL("../../../../../examples/own-runtime/plugins/greeter", import.meta.url).pathname;
  const tsx = import.meta.resolve("tsx");
  const child = execFile(process.execPath, ["--import", tsx, script, runtime, plugin]);
  const id = await new Promise<number>((resolve, reject) => {
    child.stdout?.once("data", (text) => resolve(Number(text)));
    child.once("exit", (code) => reject(new Error(`the host exited with code ${code}`)));
  });
  expect(isRunning(id)).toBe(true);
  child.kill("SIGKILL");
  while (isRunning(id)) await new Promise((resolve) => setImmediate(resolve));
});
