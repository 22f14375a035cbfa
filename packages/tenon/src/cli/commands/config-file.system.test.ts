import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { scratchFolder } from "../fixtures/start-cli.mjs";

function folderWith(config: string) {
  const folder = scratchFolder();
  mkdirSync(join(folder, "plugins"));
  writeFileSync(join(folder, "plugins/store.js"), 'export const get = () => "stored";');
  writeFileSync(
    join(folder, "plugins/store.wit"),
    "package test:store@1.0.0;\nworld store { export get: func() -> string; }\n",
  );
  const file = join(folder, "tenon.config.yaml");
  writeFileSync(file, config);
  return { folder, file };
}

const good = `plugins:
  store: { artifact: plugins/store.js, place: worker, start: first-call }
  other: { artifact: plugins/store.js, contract: plugins/store.wit }
`;

test("tenon check --config checks the plugins of a file, and those that are named", async () => {
  const { file } = folderWith(good);
  const { code, document } = await runJson(["check", "--config", file]);
  expect(code).toBe(0);
  expect(document.reports).toMatchObject([
    { name: "store", verdict: "fits" },
    { name: "other", verdict: "fits" },
  ]);
  const named = await runJson(["check", "other", "--config", file]);
  expect(named.document.reports).toMatchObject([{ name: "other" }]);
  expect(await runCli(["check", "othr", "--config", file])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean "other"?'),
  });
});

test("one plugin that does not fit does not stop the check of the others", async () => {
  const { file } = folderWith(`plugins:\n  gone: { artifact: gone.js }\n  store: { artifact: plugins/store.js }\n`);
  const { code, document } = await runJson(["check", "--config", file]);
  expect(code).toBe(2);
  expect(document.reports).toMatchObject([
    { name: "gone", verdict: "breaks" },
    { name: "store", verdict: "fits" },
  ]);
});

test("a file that is not valid is reported with lines and columns", async () => {
  const { file } = folderWith("plugins:\n  store: { artefact: x.js }\n");
  expect(await runCli(["check", "--config", file])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${file}:2:12: plugins.store.artefact: is not a known key`),
  });
  expect(await runCli(["check", "--config", join(file, "..", "missing.yml")])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("TENON_CONFIG_UNREADABLE"),
  });
});

test("tenon list --config lists the plugins of a file", async () => {
  const { file } = folderWith(good);
  const { code, stdout } = await runCli(["list", "--config", file]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/store .*fits/);
});

test("a command that does not read config files says so", async () => {
  const { file } = folderWith(good);
  expect(await runCli(["inspect", "x.js", "--config", file])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("the command inspect does not read config files"),
  });
});
