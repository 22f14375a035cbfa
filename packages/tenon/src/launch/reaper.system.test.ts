import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needs } from "@tenon/fixtures/tests";
import { afterEach, expect, test } from "vitest";
import { canReap } from "./abilities.js";
import { Reaper } from "./reaper.js";

const started: ChildProcess[] = [];

/** A process group whose leader waits forever. */
async function sleeper(): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ["-e", "process.stdout.write('up'); setInterval(() => {}, 1e9)"], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  started.push(child);
  await once(child.stdout!, "data");
  return child as ChildProcess & { pid: number };
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

needs(canReap ? undefined : "this system has no /bin/sh").describe("the reaper", () => {
  test("runs only while there is a group to watch", async () => {
    const reaper = new Reaper();
    expect(reaper.id).toBeUndefined();
    const child = await sleeper();
    reaper.add({ group: child.pid });
    expect(reaper.id).toBeTypeOf("number");
    reaper.remove({ group: child.pid });
    expect(reaper.id).toBeUndefined();
    expect(child.exitCode ?? child.signalCode).toBeNull();
  });

  test("is started again if something kills it", async () => {
    const reaper = new Reaper();
    const child = await sleeper();
    reaper.add({ group: child.pid });
    const first = reaper.id!;
    process.kill(first, "SIGKILL");
    while (reaper.id === first || reaper.id === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(reaper.id).not.toBe(first);
    reaper.remove({ group: child.pid });
  });

  test("kills the groups that are still listed when the host exits, and no other", async () => {
    const children = [await sleeper(), await sleeper(), await sleeper()];
    const [kept, forgotten, last] = children.map(({ pid }) => pid);
    const module = new URL("../../dist/launch/reaper.js", import.meta.url).href;
    const host = spawn(
      process.execPath,
      [
        "--input-type=module",
        "-e",
        `import { Reaper } from ${JSON.stringify(module)};
         const reaper = new Reaper();
         for (const group of [${kept}, ${forgotten}, ${last}]) reaper.add({ group });
         reaper.remove({ group: ${forgotten} });
         process.stdout.write("ready");
         process.stdin.resume();`,
      ],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    await once(host.stdout!, "data");
    const ends = [children[0]!, children[2]!].map((child) => once(child, "exit"));
    host.kill("SIGKILL");
    for (const [, signal] of await Promise.all(ends)) expect(signal).toBe("SIGKILL");
    expect(children[1]!.signalCode).toBeNull();
  });

  test("removes the folders that are still listed when the host exits, and nothing else", async () => {
    const root = await mkdtemp(join(tmpdir(), "tenon-reaper-"));
    try {
      const [listed, odd, forgotten] = ["listed", "with  spaces * and 'quotes' ", "forgotten"].map((name) =>
        join(root, name),
      );
      for (const folder of [listed, odd, forgotten]) await mkdir(join(folder!, "inside"), { recursive: true });
      const module = new URL("../../dist/launch/reaper.js", import.meta.url).href;
      const host = spawn(
        process.execPath,
        [
          "--input-type=module",
          "-e",
          `import { Reaper } from ${JSON.stringify(module)};
           const reaper = new Reaper();
           for (const folder of ${JSON.stringify([listed, odd, forgotten])}) reaper.add({ folder });
           reaper.remove({ folder: ${JSON.stringify(forgotten)} });
           process.stdout.write("ready");
           process.stdin.resume();`,
        ],
        { stdio: ["pipe", "pipe", "inherit"] },
      );
      await once(host.stdout!, "data");
      host.kill("SIGKILL");
      while (existsSync(listed!) || existsSync(odd!)) await new Promise((resolve) => setImmediate(resolve));
      expect(await readdir(root)).toEqual(["forgotten"]);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
