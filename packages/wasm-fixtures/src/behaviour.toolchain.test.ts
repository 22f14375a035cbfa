import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needs } from "@tenon/fixtures/tests";
import { createHost, type Host } from "tenon";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { behaviourFolder } from "./behaviour.js";
import { rustMissing } from "./rust.js";

const missing = rustMissing();
const words = ["one", "zwei ü"];
const input = "first\nthe rest ü\n";

/** Where C's library for WASI 0.2 itself behaves differently: it reads from the end after an append, and writes only one part. */
const librarysOwn = /^(open ra o-there|vectored): /;

let host: Host;
beforeAll(() => {
  host = createHost();
});
afterAll(() => host.close());

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tenon-behaviour-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

needs(missing).describe("a Rust program", () => {
  let built = "";
  beforeAll(async () => {
    built = await behaviourFolder();
  }, 600_000);

  test.each(["wasip1", "wasip2"])(
    "finds by %s what it finds on the machine itself",
    { timeout: 60_000 },
    async (level) => {
      const native = spawnSync(join(built, "native"), [scratchFolder(), ...words], {
        input,
        env: { ONE: "1" },
        encoding: "utf8",
      });
      const lines: string[] = [];
      host.on("log", ({ line }) => void lines.push(line.text));
      const plugin = await host.open(join(built, `${level}.wasm`), undefined, {
        place: "worker",
        grants: {
          folders: { "/work": { path: scratchFolder(), write: true } },
          environment: { ONE: "1" },
        },
        runtime: { arguments: ["/work", ...words], input },
      });
      await plugin.call("run.run", []);
      await plugin.close();
      const own = (text: string) => level === "wasip2" && librarysOwn.test(text);
      const expected = native.stdout.split("\n").filter((line) => line !== "" && !own(line));
      expect(expected.length).toBeGreaterThan(150);
      expect(lines.filter((line) => !own(line))).toEqual(expected);
    },
  );
});
