import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { expect, onTestFinished, test } from "vitest";
import { isTenonError } from "../errors/index.js";
import { createHost } from "./index.js";

needs(missing.c()).test("a host reports the steps of a build that opening a plugin needs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tenon-progress-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "greeter.c"), '#include "plugin.h"\n\nint32_t plugin_two(void) { return 2; }\n');
  writeFileSync(join(folder, "greeter.wit"), "package demo:kit@1.0.0;\nworld kit { export two: func() -> s32; }\n");
  const steps: string[] = [];
  await using host = createHost({ cacheFolder: join(folder, "cache"), progress: (step) => steps.push(step) });
  await host.open(folder, undefined, { place: "inline" }).catch((thrown: unknown) => {
    if (!isTenonError(thrown)) throw thrown;
  });
  expect(steps).toContain("compiling greeter.c");
});

test("progress must be a function", () => {
  expect(() => createHost({ progress: "yes" as never })).toThrow("expected a function");
});
