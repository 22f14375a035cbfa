import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { contract, t } from "../contract/index.js";
import { keyOf } from "./identity.js";

const folder = mkdtempSync(join(tmpdir(), "tenon-identity-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "greeter.js");
writeFileSync(file, "");
symlinkSync(file, join(folder, "link.js"));
const greeter = contract("test:greeter@1.0.0", { exports: { greet: t.func([]) } });

test("the same file by another path is the same plugin", () => {
  expect(keyOf(join(folder, "link.js"), greeter, {})).toBe(keyOf(file, greeter, {}));
  expect(keyOf(`${folder}/../${folder.split("/").at(-1)}/greeter.js`, greeter, {})).toBe(keyOf(file, greeter, {}));
  expect(keyOf("builtin:greeter", greeter, {})).toBe(keyOf("builtin:greeter", greeter, {}));
});

test("other options, another contract, other imports are another plugin", () => {
  const keys = [
    keyOf(file, greeter, {}),
    keyOf(file, undefined, {}),
    keyOf(file, greeter, { place: "worker" }),
    keyOf(file, greeter, { settings: { a: 1n } }),
    keyOf(file, greeter, { settings: { a: 1 } }),
    keyOf(file, greeter, { imports: {} }),
    keyOf(join(folder, "nowhere.js"), greeter, {}),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(keyOf(file, greeter, { signal: AbortSignal.abort() })).toBe(keys[0]);
});

test("settings that contain themselves equal nothing and do not throw", () => {
  const settings: Record<string, unknown> = {};
  settings.self = settings;
  expect(keyOf(file, greeter, { settings })).not.toBe(keyOf(file, greeter, { settings }));
});
