import { expect, test } from "vitest";
import { runCli, runJson } from "../fixtures/start-cli.mjs";

test("everything that a plugin says of itself", async () => {
  const { code, document } = await runJson(["inspect", "kitchen.js"]);
  expect(code).toBe(0);
  expect(document).toMatchObject({
    name: "kitchen",
    version: "1.2.3",
    runtime: "js",
    kind: "file",
    size: expect.any(Number),
    places: { inline: true, worker: true, process: true },
    contract: { id: "test:kitchen@1.2.0", wit: expect.stringContaining("export shelf;") },
    settings: { type: "object" },
    grants: { environment: ["LANG"] },
    requires: { pantry: "^1.0.0" },
    priority: 5,
  });
  expect(document.exports).toEqual(
    expect.arrayContaining(["repeat", "shelf.first", "shelf.Jar.count", "shelf.Jar.label"]),
  );
});

test("the exports of a plugin without contract are read from its source", async () => {
  const { code, document } = await runJson(["inspect", "bare.js"]);
  expect(code).toBe(0);
  expect(document.exports).toEqual(["greet"]);
  expect(document).not.toHaveProperty("contract");
});

test("for people: one line for each fact, then the contract and the settings", async () => {
  const { stdout } = await runCli(["inspect", "kitchen.js"]);
  expect(stdout).toMatch(/^name +kitchen$/m);
  expect(stdout).toMatch(/^requires +pantry \^1\.0\.0$/m);
  expect(stdout).toMatch(/^ {2}package test:kitchen@1\.2\.0;$/m);
  expect(stdout).toContain("settings (JSON Schema)");
});

test("what is no plugin is an error", async () => {
  const missing = await runJson(["inspect", "kitchn.js"]);
  expect(missing).toMatchObject({
    code: 1,
    document: { error: { code: "TENON_ARTIFACT_MISSING", message: expect.stringContaining("kitchen.js") } },
  });
  const unknown = await runJson(["inspect", "kitchen.wit"]);
  expect(unknown).toMatchObject({ code: 1, document: { error: { code: "TENON_ARTIFACT_UNKNOWN" } } });
});
