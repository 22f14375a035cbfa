import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing } from "@tenon/fixtures";
import { failureOf, needs } from "@tenon/fixtures/tests";
import { createHost, type TenonError } from "tenon";
import { expect, test } from "vitest";
import { echo, isRunning, lines, programs } from "./fixtures/lines.mjs";

const { folder, program } = programs();

const once = { supervision: { restart: false } };

/** An ELF header for a machine, with the name of a loader or none. */
function elf(machine: number, loader?: string): Buffer {
  const bytes = Buffer.alloc(64 + 56 + 64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(2, 16);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(0x400000n, 24);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(64, 52);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(loader === undefined ? 0 : 1, 56);
  bytes.writeUInt32LE(3, 64);
  bytes.writeBigUInt64LE(120n, 72);
  bytes.writeBigUInt64LE(64n, 96);
  bytes.write(`${loader ?? ""}\0`, 120);
  return bytes;
}

const thisMachine = { x64: 62, arm64: 183 }[process.arch as string] ?? 62;
const otherMachine = thisMachine === 62 ? 183 : 62;
mkdirSync(join(folder, "program.d"));

needs(missing.linux()).describe("a program that cannot be started is TENON_PLACE_START, with a fix", () => {
  test.each<[string, string, RegExp, RegExp]>([
    ["that is missing", join(folder, "nowhere"), /no such file/, /Check its path/],
    [
      "that is not executable",
      program("plain.sh", "#!/bin/sh\n", 0o644),
      /not executable \(mode 644\)/,
      /^Run: chmod \+x/,
    ],
    ["that is a folder", join(folder, "program.d"), /is a folder/, /inside the folder/],
    [
      "for another machine",
      program("other", elf(otherMachine)),
      /for (?:AArch64|x86-64), and this system/,
      /^Build it/,
    ],
    [
      "whose loader is missing",
      program("musl", elf(thisMachine, "/lib/ld-musl-none.so.1")),
      /needs the loader/,
      /musl/,
    ],
    ["that is cut short", program("short", elf(thisMachine).subarray(0, 40)), /damaged ELF/, /again/],
    ["that is empty", program("empty", ""), /is empty/, /again/],
    ["whose interpreter is missing", program("lost.sh", "#!/no/such -x\n"), /interpreter \/no\/such/, /Install/],
    ["whose first line ends with CR LF", program("crlf.sh", "#!/bin/sh\r\necho\r\n"), /CR LF/, /^Run: sed -i/],
    ["without an interpreter's name", program("bare.sh", "#!\n"), /no interpreter/, /#!\/bin\/sh/],
    ["of Windows", program("tool.exe", "MZ\0\0"), /for Windows/, /^Build it/],
    ["of WebAssembly's kind", program("noise", "\0asm\0\0"), /no program/, /Name a program/],
  ])("%s", async (_, path, reason, fix) => {
    await using host = createHost({ runtimes: [lines({ command: path })] });
    const error = await failureOf(host.open(program("artifact", "#!/bin/sh\n"), echo));
    expect(error.code).toBe("TENON_PLACE_START");
    expect(error.subject).toBe(path);
    expect(error.message).toMatch(reason);
    expect(error.fix.text).toMatch(fix);
    expect(error.message).toContain(path);
  });

  test("that is in no folder of PATH", async () => {
    await using host = createHost({ runtimes: [lines({ command: "no-such-tool" })] });
    const error = await failureOf(host.open(program("artifact", "#!/bin/sh\n"), echo));
    expect(error.code).toBe("TENON_PLACE_START");
    expect(error.message).toContain(
      "no-such-tool cannot be started: it is in none of the folders of PATH: /bin:/usr/bin",
    );
  });

  test("while one that is on the granted PATH starts", async () => {
    program("echo-lines", "#!/bin/sh\nexec /bin/cat\n");
    await using host = createHost({ runtimes: [lines({ command: "echo-lines" })] });
    const plugin = await host.open(program("artifact", "#!/bin/sh\n"), echo, {
      grants: { environment: { PATH: folder } },
    });
    expect(await plugin.exports.say("found")).toBe("found");
  });
});

async function exitOf(name: string, script: string, options: object = {}): Promise<TenonError> {
  await using host = createHost({ runtimes: [lines()], limits: { grace: 50, drain: 50 } });
  const plugin = await host.open(program(name, `#!/bin/sh\n${script}\n`), echo, { ...once, ...options });
  const error = await failureOf(plugin.exports.say("go"));
  const id = plugin.id as number;
  await host.close();
  expect(isRunning(id)).toBe(false);
  return error;
}

needs(missing.linux()).describe("the exit of a program is explained", () => {
  test.each([
    ["an exit code, with the last lines", "read -r x; echo 'no paper' >&2; exit 7", /exit code 7[\s\S]*no paper/],
    ["a signal of its own code", "read -r x; kill -SEGV $$", /signal SIGSEGV: its code accessed memory/],
    ["an abort", "read -r x; kill -ABRT $$", /signal SIGABRT: it aborted itself/],
    ["a kill from outside", "read -r x; kill -KILL $$", /signal SIGKILL: something outside killed it/],
    ["the signal of what a shell ran", "read -r x; sh -c 'kill -SEGV $$'; exit", /exit code 139: signal SIGSEGV/],
    ["an end without a reason", "read -r x", /exit code 0: it ended by itself/],
    ["an exit before it was asked", "echo 'bad config' >&2; exit 3", /exit code 3[\s\S]*bad config/],
  ])("%s", async (name, script, reason) => {
    const error = await exitOf(`${name.replaceAll(/\W/g, "-")}.sh`, script);
    expect(error.code).toMatch(/^TENON_PL(?:ACE_EXIT|UGIN_CRASHED)$/);
    expect(error.message).toMatch(reason);
  });

  test("a core dump, where the system writes one", async () => {
    const pattern = readFileSync("/proc/sys/kernel/core_pattern", "latin1").trim();
    const script = "ulimit -c unlimited 2>/dev/null; cd /nowhere 2>/dev/null; read -r x; kill -SEGV $$";
    const error = await exitOf("dumps.sh", script);
    const allowed = /^Max core file size\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "latin1"))?.[1];
    if (allowed === "0" || pattern === "") expect(error.message).not.toContain("core dumped");
    else expect(error.message).toContain("core dumped to");
    for (const name of readdirSync(folder)) if (/^core(\.|$)/.test(name)) rmSync(join(folder, name));
  });
});

const deadline = { limits: { deadline: 500, grace: 50, drain: 50 } };

needs(missing.linux()).describe("a program that misbehaves is ended, and nothing is left of it", () => {
  test.each([
    ["closes its pipes", "exec <&- >&- 2>&-; sleep 1000"],
    ["ignores signals and its input", "trap '' TERM INT HUP; while :; do sleep 1000; done"],
    ["stops itself", "read -r x; kill -STOP $$"],
    ["writes gigabytes that nobody asked for", "cat /dev/zero"],
    ["writes gigabytes to its log", "cat /dev/zero >&2"],
  ])("one that %s", async (name, script) => {
    const file = program(`${name.replaceAll(/\W/g, "-")}.sh`, `#!/bin/sh\n${script}\n`);
    await using host = createHost({ runtimes: [lines()], ...deadline });
    const plugin = await host.open(file, echo, once);
    const id = plugin.id as number;
    const error = await failureOf(plugin.exports.say("go"));
    expect(error.code).toMatch(/^TENON_(?:CALL_DEADLINE|PLACE_EXIT|PLUGIN_CRASHED|CALL_THREW)$/);
    await plugin.close();
    expect(isRunning(id)).toBe(false);
  });

  test("a daemon that has left its group, its session and its parent", async () => {
    const at = mkdtempSync(join(tmpdir(), "tenon-daemon-"));
    const daemon = `setsid sh -c '(echo $$ >${at}/id; trap "" TERM HUP; exec </dev/null >/dev/null 2>&1; while :; do sleep 1; done) &' &`;
    const file = program("daemon.sh", `#!/bin/sh\n${daemon}\nread -r line; sleep 0.2; echo "$line"; cat\n`);
    try {
      await using host = createHost({ runtimes: [lines()], limits: { grace: 50, drain: 50 } });
      const plugin = await host.open(file, echo, { ...once, grants: { environment: { PATH: "/bin:/usr/bin" } } });
      await plugin.exports.say("up");
      const marked = withMarkOf(plugin.id as number);
      await plugin.close();
      expect(marked.filter(isRunning)).toEqual([]);
    } finally {
      rmSync(at, { recursive: true });
    }
  });
});

/** The processes that carry the mark of a launched program. */
function withMarkOf(program: number): number[] {
  const mark = markOf(program);
  expect(Number(mark)).toBeGreaterThan(2 ** 52);
  const ids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  const found = ids.filter((id) => markOf(id) === mark);
  expect(found.length).toBeGreaterThan(1);
  return found;
}

function markOf(id: number): string | undefined {
  try {
    return /^Max resident set\s+(\d+)\s/m.exec(readFileSync(`/proc/${id}/limits`, "latin1"))?.[1];
  } catch {
    return undefined;
  }
}
