import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { alive, gone } from "./fixtures/start.mjs";

/** Starts a host in a separate process that opens a plugin. Returns the ids of the plugin and of what it started. */
async function host(...options: string[]): Promise<{ host: ChildProcess; ids: number[]; ended: Promise<unknown[]> }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./fixtures/host.mjs", import.meta.url)), ...options], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const [line] = await Promise.race([once(child.stdout!, "data"), ended.then(() => ["[]"])]);
  return { host: child, ids: JSON.parse(String(line)) as number[], ended };
}

describe("a plugin's process dies with its host", () => {
  test.each(["idle", "loop", "stop"])("the host is killed by SIGKILL while the plugin is in: %s", async (deed) => {
    const started = await host(deed, "stay");
    expect(started.ids.length).toBe(2);
    for (const id of started.ids) expect(alive(id)).toBe(true);
    started.host.kill("SIGKILL");
    for (const id of started.ids) await gone(id);
  });

  test.each(["idle", "loop"])("the host calls process.exit while the plugin is in: %s", async (deed) => {
    const started = await host(deed, "exit");
    expect(started.ids.length).toBe(2);
    for (const id of started.ids) await gone(id);
  });

  test("a pending call keeps the host's program running", async () => {
    const started = await host("pause", "end");
    let rest = "";
    started.host.stdout!.on("data", (chunk) => (rest += chunk));
    expect(await started.ended).toEqual([0, null]);
    expect(rest).toBe("answered\n");
  });

  test("an idle plugin does not keep the host's program running", async () => {
    const started = await host("idle", "end");
    expect(await started.ended).toEqual([0, null]);
    for (const id of started.ids) await gone(id);
  });
});
