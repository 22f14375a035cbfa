import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { expect, test } from "vitest";
import { packer } from "./packer.js";
import { buildGo, goProgram } from "./testing/go-build.mjs";
import { run } from "./testing/tools.mjs";
import { workspace } from "./testing/workspace.mjs";

const mark = new TextEncoder().encode("UPX!");

needs(missing.go() ?? missing.program("upx")).test.each([
  "linux/amd64",
  "linux/386",
  "linux/arm64",
  "windows/amd64",
  "windows/386",
])("a program for %s that UPX packed is known as packed", { timeout: 120_000 }, (target) => {
  const plain = buildGo(target, ["-ldflags=-s -w"]);
  const packed = join(workspace(), `packed-${target.replace("/", "-")}`);
  copyFileSync(plain, packed);
  run("upx", ["-1", "-q", packed]);
  expect(packer(new Uint8Array(readFileSync(packed)))).toEqual({ name: "UPX" });
  expect(packer(new Uint8Array(readFileSync(plain)))).toBeUndefined();
});

needs(missing.go()).test.each(["linux/amd64", "darwin/arm64", "windows/amd64"])(
  "a program for %s that only mentions UPX is not packed",
  (target) => {
    const bytes = goProgram(target);
    for (const at of [bytes.length >>> 1, bytes.length - 40]) {
      bytes.set(mark, at);
      expect(packer(bytes)).toBeUndefined();
    }
  },
);

test("a file that is not a program is not packed", () => {
  expect(packer(mark)).toBeUndefined();
  expect(packer(new Uint8Array())).toBeUndefined();
});
