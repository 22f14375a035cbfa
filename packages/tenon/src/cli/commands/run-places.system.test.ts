import { expect, test } from "vitest";
import { createHost } from "../../presets/index.js";
import { runCli, runJson } from "../fixtures/in-process-built.mjs";
import { kitchen } from "../fixtures/start-cli.mjs";
import { placeNames } from "../options/option-values.js";

test.each(["inline", "worker", "process"])("a call in the %s place", async (place) => {
  const { code, document, stderr } = await runJson(["run", kitchen, "repeat", "ab", "2", "--place", place]);
  expect({ code, logged: JSON.parse(stderr) }).toEqual({
    code: 0,
    logged: { plugin: "kitchen", stream: "stdout", text: "closed", level: "info", time: expect.any(Number) },
  });
  expect(document).toEqual({
    plugin: { name: "kitchen", version: "1.2.3", place },
    function: "repeat",
    result: "abab",
  });
});

test.each(["hangs", "loops"])("a call that %s stops at its deadline", async (name) => {
  const { code, document } = await runJson(["run", kitchen, name, "--deadline", "200"]);
  expect(code).toBe(1);
  expect(document.error.code).toBe("TENON_CALL_DEADLINE");
});

test.each(["worker", "process"])("a plugin that exits its %s is an error", async (place) => {
  const { code, document } = await runJson(["run", kitchen, "dies", "--place", place]);
  expect(code).toBe(1);
  expect(document.error.code).toBe("TENON_PLUGIN_CRASHED");
});

test("a call in the worker-pool place", async () => {
  const { code, document } = await runJson(["run", kitchen, "repeat", "ab", "2", "--place", "worker-pool"]);
  expect({ code, result: document.result }).toEqual({ code: 0, result: "abab" });
});

test("the default place is a worker", async () => {
  const { document } = await runJson(["run", kitchen, "nothing"]);
  expect(document.plugin.place).toBe("worker");
});

test("--grant-env reaches another process", async () => {
  const { stdout } = await runCli([
    "run",
    kitchen,
    "environment",
    "SECRET",
    "--grant-env",
    "SECRET=mine",
    "--place",
    "process",
  ]);
  expect(stdout).toBe("mine\n");
});

test("--place accepts the names of the host's places, and no others", async () => {
  await using host = createHost();
  const unknown = host.open(kitchen, undefined, { place: "nowhere" as never });
  await expect(unknown).rejects.toThrow(`${placeNames.slice(0, -1).join(", ")} or ${placeNames.at(-1)}`);
});
