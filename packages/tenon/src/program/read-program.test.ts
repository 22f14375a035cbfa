import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readProgram, readProgramHead } from "./index.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tenon-program-"));
  writeFileSync(join(folder, "greeter.so"), Buffer.concat([Buffer.from("\x7fELF"), Buffer.alloc(10_000, 1)]));
  writeFileSync(join(folder, "empty"), "");
  mkdirSync(join(folder, "folder"));
  symlinkSync("nowhere", join(folder, "broken"));
  symlinkSync("circle", join(folder, "circle"));
  symlinkSync("greeter.so", join(folder, "link"));
  writeFileSync(join(folder, "huge"), "x");
  truncateSync(join(folder, "huge"), 2 ** 31);
  execFileSync("mkfifo", [join(folder, "pipe")]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a file can be given as path, link or URL", async () => {
  for (const given of [join(folder, "greeter.so"), join(folder, "link"), pathToFileURL(join(folder, "greeter.so"))]) {
    const program = await readProgram(given);
    expect(program).toMatchObject({ given: String(given), recognised: { format: "elf" } });
    expect(program.path).toMatch(/greeter\.so$/);
    expect(program.bytes).toHaveLength(10_004);
    expect((await readProgramHead(given)).bytes).toHaveLength(4096);
  }
});

test.each([
  ["greter.so", "TENON_ARTIFACT_MISSING", "greeter.so"],
  ["greeter.so/inside", "TENON_ARTIFACT_MISSING", "does not exist"],
  ["empty", "TENON_ARTIFACT_EMPTY", "is empty"],
  ["folder", "TENON_ARTIFACT_UNREADABLE", "a folder"],
  ["broken", "TENON_ARTIFACT_UNREADABLE", "does not exist"],
  ["circle", "TENON_ARTIFACT_UNREADABLE", "circle"],
  ["pipe", "TENON_ARTIFACT_UNREADABLE", "pipe"],
  ["huge", "TENON_BINARY_TOO_LARGE", "2147483648 bytes"],
  ["/dev/null", "TENON_ARTIFACT_UNREADABLE", "device"],
])("%s: %s", async (name, code, part) => {
  const given = name.startsWith("/") ? name : join(folder, name);
  await expect(readProgram(given)).rejects.toMatchObject({ code, message: expect.stringContaining(part) });
});

needs(missing.permissions()).test("no permission", async () => {
  const path = join(folder, "secret");
  writeFileSync(path, "x");
  chmodSync(path, 0);
  await expect(readProgram(path)).rejects.toMatchObject({
    code: "TENON_ARTIFACT_UNREADABLE",
    message: expect.stringContaining("permission"),
  });
});
