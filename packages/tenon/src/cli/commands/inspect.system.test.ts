import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { pluginsFolder, scratchFolder } from "../fixtures/start-cli.mjs";

const plugin = (name: string) => join(pluginsFolder, name);

test("shows everything that a plugin says about itself", async () => {
  const { code, document } = await runJson(["inspect", plugin("kitchen.js")]);
  expect(code).toBe(0);
  expect(document).toMatchObject({
    name: "kitchen",
    version: "1.2.3",
    runtime: "js",
    kind: "file",
    size: expect.any(Number),
    places: { inline: true, worker: true, "worker-pool": true, process: true },
    contract: { id: "test:kitchen@1.2.0", wit: expect.stringContaining("export shelf;") },
    settings: { type: "object" },
    grants: { asked: {}, given: {}, missing: {}, place: "inline", enforcedBy: { functions: "host" } },
    requires: { pantry: "^1.0.0" },
    priority: 5,
  });
  expect(document.exports).toEqual(
    expect.arrayContaining(["repeat", "shelf.first", "shelf.Jar.count", "shelf.Jar.label"]),
  );
});

test("the exports of a plugin without contract are read from its source", async () => {
  const { code, document } = await runJson(["inspect", plugin("bare.js")]);
  expect(code).toBe(0);
  expect(document.exports).toEqual(["greet"]);
  expect(document).not.toHaveProperty("contract");
});

test("for people: one line for each fact, then the contract and the settings", async () => {
  const { stdout } = await runCli(["inspect", plugin("kitchen.js")]);
  expect(stdout).toMatch(/^name +kitchen$/m);
  expect(stdout).toMatch(/^requires +pantry \^1\.0\.0$/m);
  expect(stdout).toMatch(/^ {2}package test:kitchen@1\.2\.0;$/m);
  expect(stdout).toContain("settings (JSON Schema)");
});

test("a file that is not a plugin is an error", async () => {
  const missing = await runJson(["inspect", plugin("kitchn.js")]);
  expect(missing).toMatchObject({
    code: 2,
    document: { error: { code: "TENON_ARTIFACT_MISSING", message: expect.stringContaining("kitchen.js") } },
  });
  const unknown = await runJson(["inspect", plugin("kitchen.wit")]);
  expect(unknown).toMatchObject({ code: 1, document: { error: { code: "TENON_ARTIFACT_UNKNOWN" } } });
});

test("a file that is not a program, and an empty folder, are errors", async () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, "Some.class"), Buffer.from("cafebabe0000003d001d0a0002", "hex"));
  expect(await runJson(["inspect", join(folder, "Some.class")])).toMatchObject({
    code: 1,
    document: { error: { code: "TENON_BINARY_UNKNOWN", message: expect.stringContaining("Java") } },
  });
  const empty = join(folder, "empty");
  mkdirSync(empty);
  expect(await runJson(["inspect", empty])).toMatchObject({
    code: 1,
    document: { error: { code: "TENON_ARTIFACT_ENTRY" } },
  });
});
