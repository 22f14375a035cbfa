import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { kitchen, runCli, startCli } from "./fixtures/start-cli.mjs";

const folder = mkdtempSync(join(tmpdir(), "tenon-signals-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Opens a pipe for writing once somebody waits for a writer, and writes nothing. */
async function writerOf(pipe: string): Promise<number> {
  for (;;) {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      await delay(20);
    }
  }
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends a command that reads a pipe to which nobody writes",
  async (name) => {
    const pipe = join(folder, `${name}.json`);
    execFileSync("mkfifo", [pipe]);
    const cli = startCli(["run", kitchen, "greet", "Ada", "--settings", `@${pipe}`]);
    const writer = await writerOf(pipe);
    cli.child.kill(name);
    // Ended as by a signal without a handler: a normal exit would wait for the reading thread.
    expect(await cli.ended).toMatchObject({ code: null, signal: name });
    closeSync(writer);
  },
);

test.each(["check", "inspect"])(
  "%s of a Rust package whose Cargo.toml is a pipe ends, and names it",
  async (command) => {
    const plugin = join(folder, command);
    mkdirSync(plugin);
    writeFileSync(join(plugin, "plugin.wit"), "package a:b;\nworld w {\n  export f: func();\n}\n");
    execFileSync("mkfifo", [join(plugin, "Cargo.toml")]);
    const { stdout } = await runCli([command, plugin]);
    expect(stdout).toContain(`${join(plugin, "Cargo.toml")} cannot be read: it is a named pipe, not a regular file`);
  },
);
