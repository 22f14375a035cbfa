import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { FileRefused, readInParts, readRegularFile, readRegularFileSync, textOfFile } from "./regular-file.js";

const folder = mkdtempSync(join(tmpdir(), "tenon-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
execFileSync("mkfifo", [at("pipe")]);
symlinkSync("/dev/zero", at("device"));
symlinkSync("pipe", at("link"));
writeFileSync(at("file"), "content");

test.each([
  ["a named pipe", "pipe"],
  ["a device", "device"],
  ["a named pipe", "link"],
  ["a folder", "."],
])("%s is refused, without waiting for it", async (what, name) => {
  const refused = { message: `it is ${what}, not a regular file` };
  await expect(readRegularFile(at(name))).rejects.toMatchObject(refused);
  await expect(readRegularFile(at(name))).rejects.toBeInstanceOf(FileRefused);
  expect(() => readRegularFileSync(at(name))).toThrow(refused.message);
  await expect(readInParts(at(name), 10).next()).rejects.toMatchObject(refused);
  expect(await textOfFile(at(name))).toBeUndefined();
});

test("a regular file of the largest size is read, one more byte is refused", async () => {
  expect((await readRegularFile(at("file"), 7)).content.toString()).toBe("content");
  await expect(readRegularFile(at("file"), 6)).rejects.toMatchObject({
    message: "it is too large: expected at most 6 bytes, found 7",
  });
});

test("a file that grows while it is read ends where it ended when it was opened", async () => {
  writeFileSync(at("growing"), "1234");
  const read: string[] = [];
  for await (const part of readInParts(at("growing"), 1024)) {
    read.push(Buffer.from(part).toString());
    appendFileSync(at("growing"), "5678");
  }
  expect(read).toEqual(["1234"]);
});

test("a file that shrinks while it is read ends where it ends", async () => {
  writeFileSync(at("shrinking"), "x".repeat(3 * 1024 * 1024));
  let length = 0;
  for await (const part of readInParts(at("shrinking"), 2 ** 30)) {
    length += part.length;
    truncateSync(at("shrinking"), 1024 * 1024);
  }
  expect(length).toBe(1024 * 1024);
});
