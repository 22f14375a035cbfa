import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { missing } from "@tenon/fixtures";
import { failureOf, needs } from "@tenon/fixtures/tests";
import { contract, createHost, type OpenOptions, type Plugin, t } from "tenon";
import { afterAll, describe, expect, test } from "vitest";
import { echo, lines } from "./fixtures/lines.mjs";

const folder = mkdtempSync(join(tmpdir(), "tenon-sandbox-"));
afterAll(() => rmSync(folder, { recursive: true }));
const evaluator = contract("test:evaluator@1.0.0", { exports: { evaluate: t.func([["code", t.string]], t.string) } });

mkdirSync(join(folder, "plugin"));
const plugin = join(folder, "plugin");
writeFileSync(join(plugin, "data.txt"), "data of the plugin");
writeFileSync(join(plugin, "package.json"), '{ "name": "evaluator", "main": "main.mjs" }');
writeFileSync(
  join(plugin, "main.mjs"),
  `import fs from "node:fs"; import net from "node:net"; import os from "node:os"; import child from "node:child_process";
   const AsyncFunction = (async () => {}).constructor;
   export const evaluate = async (code) => {
     try { return String(await new AsyncFunction("fs", "net", "os", "child", code)(fs, net, os, child)); }
     catch (error) { return "! " + (error.code ?? error.message); }
   };`,
);
const outside = join(folder, "outside.txt");
writeFileSync(outside, "a secret");

async function sandboxed(
  work: (evaluate: (code: string) => Promise<string>, plugin: Plugin<typeof evaluator>) => Promise<void>,
  options: OpenOptions<typeof evaluator> = {},
): Promise<void> {
  await using host = createHost();
  const opened = await host.open(plugin, evaluator, { isolation: "sandboxed", ...options });
  await work((code) => opened.exports.evaluate(code), opened);
}

needs(missing.sandbox()).describe("a sandboxed plugin in JavaScript", () => {
  test("runs in the first place that reaches the level, which says by what means", () =>
    sandboxed(async (evaluate, { place, isolation }) => {
      expect(place).toBe("process");
      expect(isolation).toMatchObject({
        level: "sandboxed",
        filesystem: true,
        network: true,
        environment: true,
        processes: true,
        by: ["process", "bubblewrap", "seccomp"],
      });
      expect(isolation.remarks.join(" ")).toMatch(/kernel/);
      expect(await evaluate("return 6 * 7")).toBe("42");
    }));

  test("reads its own folder, and cannot change it", () =>
    sandboxed(async (evaluate) => {
      const path = JSON.stringify(join(plugin, "data.txt"));
      expect(await evaluate(`return fs.readFileSync(${path}, "utf8")`)).toBe("data of the plugin");
      expect(await evaluate(`fs.writeFileSync(${path}, "changed")`)).toBe("! EROFS");
      expect(await evaluate(`fs.writeFileSync(${JSON.stringify(join(plugin, "new.txt"))}, "")`)).toBe("! EROFS");
      expect(await evaluate("return process.cwd()")).toBe(plugin);
    }));

  /** What is seen in a folder of the host's: nothing but what leads to Node and to Tenon, wherever these are installed. */
  function wayThrough(folder: string): string {
    const places = [process.execPath, import.meta.filename].map((path) => realpathSync(path));
    const names = places.flatMap((path) => (path.startsWith(`${folder}/`) ? [path.split("/")[2] ?? ""] : []));
    return names.length === 0 ? "! ENOENT" : [...new Set(names)].sort().join();
  }

  test("sees no file of the host's, and no folder that holds any", () =>
    sandboxed(async (evaluate) => {
      expect(await evaluate(`return fs.readFileSync(${JSON.stringify(outside)}, "utf8")`)).toBe("! ENOENT");
      for (const path of ["/home", "/root", "/var", "/run", "/sys", "/boot", "/mnt", "/etc/shadow", "/etc/ssl/private"])
        expect(await evaluate(`return fs.readdirSync(${JSON.stringify(path)})`), path).toBe(wayThrough(path));
      expect(await evaluate(`return fs.readFileSync("/etc/passwd", "utf8").split("\\n").length`)).toBe("2");
    }));

  test("starts no program of the system", () =>
    sandboxed(async (evaluate) => {
      expect(await evaluate(`return child.spawnSync("/bin/sh", ["-c", "echo"]).error.code`)).toBe("ENOENT");
      expect(await evaluate(`return fs.readdirSync("/usr/bin").length`)).toMatch(/^(?:1|! ENOENT)$/);
      // Its own interpreter is there, because it runs in it.
      expect(await evaluate(`return child.spawnSync(process.execPath, ["-p", "6 * 7"]).stdout`)).toBe("42\n");
    }));

  test("has a user, a name, a /tmp and a clock of its own", () =>
    sandboxed(async (evaluate) => {
      expect(await evaluate("return os.userInfo().username + os.hostname()")).toBe("pluginplugin");
      expect(await evaluate(`fs.writeFileSync("/tmp/a", "b"); return fs.readdirSync("/tmp").includes("a")`)).toBe(
        "true",
      );
      expect(await evaluate("return Object.keys(process.env)")).toBe("PWD");
      expect(await evaluate(`return fs.readdirSync("/proc").filter(Number).length`)).toBe("2");
    }));

  test("has only its granted environment, which does not touch what makes the sandbox", () =>
    sandboxed(
      async (evaluate) => {
        expect(await evaluate("return process.env.GREETING + process.env.LD_PRELOAD")).toBe("hello/nowhere.so");
      },
      { grants: { environment: { GREETING: "hello", LD_PRELOAD: "/nowhere.so" } } },
    ));

  test("reads and writes granted folders, under the paths of the grant", async () => {
    const [read, write] = [join(folder, "read"), join(folder, "write")];
    for (const path of [read, write]) mkdirSync(path, { recursive: true });
    writeFileSync(join(read, "a.txt"), "to read");
    await sandboxed(
      async (evaluate) => {
        expect(await evaluate(`return fs.readFileSync("/input/a.txt", "utf8")`)).toBe("to read");
        expect(await evaluate(`fs.writeFileSync("/input/a.txt", "")`)).toBe("! EROFS");
        expect(await evaluate(`fs.writeFileSync("/deep/er/output/b.txt", "written")`)).toBe("undefined");
        expect(await evaluate(`fs.chmodSync("/deep/er/output/b.txt", 0o4755)`)).toBe("! EPERM");
        expect(await evaluate(`fs.linkSync("/input/a.txt", "/deep/er/output/c.txt")`)).toBe("! EXDEV");
      },
      { grants: { folders: { "/input": read, "/deep/er/output": { path: write, write: true } } } },
    );
    expect(readFileSync(join(write, "b.txt"), "utf8")).toBe("written");
  });

  test("starts granted programs, with their libraries, and no others", () =>
    sandboxed(
      async (evaluate) => {
        expect(await evaluate(`return child.execFileSync("sh", ["-c", "echo hello"])`)).toBe("hello\n");
        expect(await evaluate(`return child.execFileSync("/bin/sh", ["-c", "echo hello"])`)).toBe("hello\n");
        expect(await evaluate(`return child.spawnSync("id").error.code`)).toBe("ENOENT");
      },
      { grants: { programs: ["sh"] } },
    ));

  test("has no network, but one of its own", () =>
    sandboxed(async (evaluate) => {
      const connect = (to: string) =>
        evaluate(
          `return new Promise((done) => net.connect(${to}).on("error", (e) => done(e.code)).on("connect", () => done("open")))`,
        );
      expect(await connect(`{ host: "1.1.1.1", port: 53 }`)).toBe("ENETUNREACH");
      expect(await evaluate(`return Object.keys(os.networkInterfaces())`)).toMatch(/^(?:lo)?$/);
      expect(
        await evaluate(`const server = net.createServer((socket) => socket.end("hello")).listen(0, "127.0.0.1");
          await new Promise((done) => server.once("listening", done));
          return new Promise((done) => net.connect(server.address().port, "127.0.0.1").on("data", (text) => { server.close(); done(text); }))`),
      ).toBe("hello");
    }));

  test("shares the host's network if everything is granted, and says so", () =>
    sandboxed(
      async (evaluate, { isolation }) => {
        expect(isolation).toMatchObject({ level: "sandboxed", network: false });
        expect(isolation.remarks.join(" ")).toContain("shares the host's network");
        const own = Object.keys(networkInterfaces());
        expect((await evaluate("return Object.keys(os.networkInterfaces())")).split(",")).toEqual(own);
      },
      { grants: { network: ["*"] } },
    ));

  test("calls back, blocks, is cancelled and restarted as without a sandbox", () =>
    sandboxed(
      async (evaluate, opened) => {
        const before = opened.id;
        expect((await failureOf(opened.with({ deadline: 200 }).evaluate("for (;;);"))).code).toMatch(
          /^TENON_(?:CALL|PLUGIN)_/,
        );
        expect(await evaluate("return 1")).toBe("1");
        expect(opened.id).not.toBe(before);
      },
      { supervision: { backoff: { first: 1 } }, limits: { grace: 50 } },
    ));

  test("ends with everything that it started, also what left its session", async () => {
    await using host = createHost();
    const opened = await host.open(plugin, evaluator, { isolation: "sandboxed" });
    await opened.exports.evaluate(
      `child.spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "${folder}"], { detached: true, stdio: "ignore" }).unref()`,
    );
    expect(running(folder)).toBeGreaterThan(0);
    expect(await opened.close()).toMatchObject({ proof: "process-exited", exit: 0, forced: false });
    while (running(folder) > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});

/** How many processes have a text in their command line. */
function running(text: string): number {
  return readdirSync("/proc").filter((id) => {
    try {
      return (
        Number(id) > 0 &&
        Number(id) !== process.pid &&
        readFileSync(`/proc/${id}/cmdline`, "utf8").includes(`1000)\0${text}`)
      );
    } catch {
      return false;
    }
  }).length;
}

function program(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

needs(missing.sandbox()).describe("a sandboxed program", () => {
  test("is started with its interpreter, sees itself, and nothing beside it", async () => {
    const path = program("echo.sh", `#!/bin/sh\nwhile read -r line; do eval "$line"; done\n`);
    await using host = createHost({ runtimes: [lines()] });
    const opened = await host.open(path, echo, { isolation: "sandboxed" });
    expect(opened.isolation).toMatchObject({ level: "sandboxed", processes: true });
    expect(await opened.exports.say(`echo ${folder}/*`)).toBe(path);
    expect(await opened.exports.say("echo /usr/bin/*")).toMatch(/^(?:\/usr\/bin\/\w*sh ?){1,2}$/);
    expect(await opened.exports.say("(echo x > /proc/sys/kernel/core_pattern) 2>/dev/null; echo $?")).toBe("2");
    expect(await opened.close()).toMatchObject({ proof: "process-exited", exit: 0, forced: false });
  });

  needs(missing.program("/usr/bin/python3")).test(
    "is started by env, with the library of its interpreter",
    async () => {
      const path = program(
        "answer.py",
        "#!/usr/bin/env python3\nimport json, sys\nfor line in sys.stdin:\n  print(json.dumps(line.strip()), flush=True)\n",
      );
      await using host = createHost({ runtimes: [lines()] });
      const opened = await host.open(path, echo, { isolation: "sandboxed" });
      expect(await opened.exports.say("x")).toBe('"x"');
    },
  );

  test("is told to end by a signal if nobody talks to it, and its signal is reported", async () => {
    const path = program("leaves.sh", `#!/bin/sh\nread -r line\nkill -s "$line" $$\n`);
    await using host = createHost({ runtimes: [lines()] });
    const opened = await host.open(path, echo, { isolation: "sandboxed", supervision: { restart: false } });
    expect((await failureOf(opened.exports.say("SEGV"))).message).toContain("signal SIGSEGV");
  });

  test("whose interpreter is missing fails as without a sandbox", async () => {
    const path = program("lost.sh", "#!/does/not/exist\n");
    await using host = createHost({ runtimes: [lines()] });
    expect(await failureOf(host.open(path, echo, { isolation: "sandboxed" }))).toMatchObject({
      code: "TENON_PLACE_START",
      message: expect.stringContaining("/does/not/exist"),
    });
  });
});

needs(missing.sandbox()).describe("a grant that would open the sandbox is refused", () => {
  const write = join(folder, "writable");
  mkdirSync(join(write, "inner"), { recursive: true });
  symlinkSync("/etc", join(write, "link"));
  test.each<[string, OpenOptions<typeof evaluator>["grants"], RegExp]>([
    ["in /proc", { folders: { "/proc/1": folder } }, /has a \/proc of its own/],
    ["in /dev", { folders: { "/dev": folder } }, /has a \/dev of its own/],
    [
      "for writing, with the plugin in it",
      { folders: { "/all": { path: folder, write: true } } },
      /could replace .*plugin/,
    ],
    [
      "for writing, with another in it",
      { folders: { "/outer": { path: write, write: true }, "/inner": join(write, "inner") } },
      /could replace .*inner/,
    ],
    ["of a program that does not exist", { programs: ["no-such-program"] }, /no such program/],
  ])("%s", async (_, grants, message) => {
    await using host = createHost();
    const error = await failureOf(host.open(plugin, evaluator, { isolation: "sandboxed", grants: grants ?? {} }));
    expect(error).toMatchObject({ code: "TENON_GRANT_INVALID" });
    expect(error.message).toMatch(message);
  });
});

describe("where there is no bubblewrap that can be used", () => {
  const empty = join(folder, "empty");
  const own = join(folder, "own");
  for (const path of [empty, own]) mkdirSync(path);
  writeFileSync(join(own, "bwrap"), "#!/bin/sh\nexit 0\n");
  chmodSync(join(own, "bwrap"), 0o777);
  const { PATH } = process.env;
  afterAll(() => {
    process.env.PATH = PATH;
  });

  needs(missing.linux()).test.each([
    ["it is missing", empty, /bubblewrap is not installed/, /[Ii]nstall bubblewrap/],
    [
      "others can write to it",
      own,
      /can be written by others than root|does not belong to root/,
      /only root can change/,
    ],
  ])("open says why and what to do: %s", async (_, path, reason, fix) => {
    process.env.PATH = path;
    for (const place of [undefined, "process"] as const) {
      await using host = createHost();
      const options = place === undefined ? {} : { place };
      const error = await failureOf(host.open(plugin, evaluator, { isolation: "sandboxed", ...options }));
      expect(error.code).toBe("TENON_ISOLATION_UNAVAILABLE");
      expect(error.message).toMatch(reason);
      expect(error.fix.text).toMatch(fix);
      expect(host.plugins).toEqual([]);
    }
  });
});
