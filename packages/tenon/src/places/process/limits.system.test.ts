import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { missing } from "@tenon/fixtures";
import { failureOf, needs } from "@tenon/fixtures/tests";
import { contract, createHost, isTenonError, t } from "tenon";
import { expect, test } from "vitest";
import { echo, isRunning, lines, programs, withoutSandbox } from "./fixtures/lines.mjs";

const { folder, program } = programs();

const noSandbox = await withoutSandbox();
const once = { supervision: { restart: false } };

/** The processes that run a program of this test. */
function running(name: string): number[] {
  const ids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return ids.filter((id) => commandOf(id).includes(join(folder, name)) && isRunning(id));
}

function codesOf(error: unknown): string[] {
  return isTenonError(error) ? [error.code, ...codesOf(error.cause)] : [];
}

function commandOf(id: number): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "latin1");
  } catch {
    return "";
  }
}

needs(missing.linux()).describe("a limit of processes", () => {
  test("stops a fork storm, and nothing of it is left", async () => {
    // As fast as any, but it ends at some 500 processes: others need the machine meanwhile.
    const bomb = "bomb() { [ $1 = 0 ] || { bomb $(($1 - 1)) & bomb $(($1 - 1)) & }; sleep 100; }";
    const storm = program("storm.sh", `#!/bin/sh\nread -r line\n${bomb}\nbomb 8\n`);
    await using host = createHost({ runtimes: [lines()] });
    const plugin = await host.open(storm, echo, { limits: { processes: 20 }, ...once });
    const error = await failureOf(plugin.exports.say("go"));
    expect(error.message).toMatch(/killed because there were \d+; its limit is 20/);
    expect(codesOf(error)).toContain("TENON_PLACE_PROCESSES");
    expect(running("storm.sh")).toEqual([]);
  });

  test("counts what has left the group and its parent, and kills that too", async () => {
    const leaves = program(
      "leavers.sh",
      "#!/bin/sh\nread -r line\nfor i in 1 2 3 4 5 6; do (setsid sh -c 'sleep 1000 & exit' &); done\nsleep 1000\n",
    );
    await using host = createHost({ runtimes: [lines()] });
    const plugin = await host.open(leaves, echo, { limits: { processes: 6 }, ...once });
    const error = await failureOf(plugin.exports.say("go"));
    expect(error.message).toMatch(/there were \d+; its limit is 6/);
  });

  needs(noSandbox).test("does not count what the sandbox itself consists of", async () => {
    const some = program("inside.sh", '#!/bin/sh\nread -r line\nsleep 0.3 &\nwait\necho "$line"\ncat\n');
    await using host = createHost({ runtimes: [lines()] });
    const grants = { programs: ["sleep", "cat"], network: ["127.0.0.1:9"], environment: { PATH: "/usr/bin:/bin" } };
    const options = { isolation: "sandboxed", grants, ...once } as const;
    const plugin = await host.open(some, echo, { ...options, limits: { processes: 2 }, fresh: true });
    expect(await plugin.exports.say("fine")).toBe("fine");
    const other = await host.open(some, echo, { ...options, limits: { processes: 1 }, fresh: true });
    expect(codesOf(await failureOf(other.exports.say("no")))).toContain("TENON_PLACE_PROCESSES");
  });

  test("lets a plugin have as many as it may", async () => {
    const some = program("some.sh", '#!/bin/sh\nread -r line\nsleep 0.3 &\nwait\necho "$line"\ncat\n');
    await using host = createHost({ runtimes: [lines()] });
    const plugin = await host.open(some, echo, { limits: { processes: 3 } });
    expect(await plugin.exports.say("fine")).toBe("fine");
  });
});

needs(missing.linux()).describe("a limit of CPU time", () => {
  test("is of the whole group: an error says how much was used, and how much allowed", async () => {
    const spins = program("spins.sh", "#!/bin/sh\nread -r line\n(while :; do :; done) &\nwhile :; do :; done\n");
    await using host = createHost({ runtimes: [lines()] });
    const plugin = await host.open(spins, echo, { limits: { cpu: 500 }, ...once });
    const error = await failureOf(plugin.exports.say("spin"));
    expect(codesOf(error)).toContain("TENON_PLACE_CPU");
    expect(error.message).toMatch(/had used \d+(\.\d+)? s of CPU time; its limit is 0.5 s/);
    expect(running("spins.sh")).toEqual([]);
  });

  test("counts children that nobody waits for", async () => {
    const hides = program(
      "hides.sh",
      `#!/bin/sh\nread -r line\nwhile :; do (sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done' &); sleep 0.1; done\n`,
    );
    await using host = createHost({ runtimes: [lines()] });
    const plugin = await host.open(hides, echo, { limits: { cpu: 500 }, ...once });
    expect(codesOf(await failureOf(plugin.exports.say("spin")))).toContain("TENON_PLACE_CPU");
  });

  test("does not count waiting", async () => {
    await using host = createHost({ runtimes: [lines()] });
    const waits = program("waits.sh", '#!/bin/sh\nread -r line\nsleep 1\necho "$line"\ncat\n');
    const plugin = await host.open(waits, echo, { limits: { cpu: 500 } });
    expect(await plugin.exports.say("waited")).toBe("waited");
  });

  test("holds for JavaScript in the process place", async () => {
    const file = program("spin.js", "export const say = (text) => { for (;;); };");
    await using host = createHost({ limits: { deadline: 0 } });
    const plugin = await host.open(file, echo, { place: "process", limits: { cpu: 1000 }, ...once });
    expect(codesOf(await failureOf(plugin.exports.say("spin")))).toContain("TENON_PLACE_CPU");
  });
});

const counting = contract("test:counting@1.0.0", { exports: { files: t.func([], t.u32) } });

needs(missing.linux()).test("a limit of open files holds in the process place", async () => {
  const file = program(
    "files.js",
    `import { openSync } from "node:fs";
     export const files = () => { for (let count = 0; ; count++) try { openSync("/dev/null"); } catch { return count; } };`,
  );
  await using host = createHost();
  const plugin = await host.open(file, counting, { place: "process", limits: { files: 64 } });
  expect(await plugin.exports.files()).toBeLessThan(64);
});

needs(missing.linux()).test("a limit of open files holds for a launched program", async () => {
  const tells = program("tells.sh", "#!/bin/sh\nread -r line\nulimit -n\ncat\n");
  await using host = createHost({ runtimes: [lines()] });
  const plugin = await host.open(tells, echo, { limits: { files: 64 } });
  expect(await plugin.exports.say("?")).toBe("64");
});

test.each([
  ["inline", "processes"],
  ["worker", "files"],
  ["worker-pool", "cpu"],
] as const)("open() refuses in the %s place a limit that it cannot enforce: %s", async (place, limit) => {
  const file = program("idle.js", "export const say = (text) => text;");
  await using host = createHost();
  const error = await failureOf(host.open(file, echo, { place, limits: { [limit]: 100 } }));
  expect(error.code).toBe("TENON_LIMIT_UNENFORCED");
  expect(error.message).toContain(`limits.${limit} cannot be enforced in the ${place} place`);
  expect(error.fix.text).toContain("process");
});
