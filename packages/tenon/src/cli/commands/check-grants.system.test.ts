import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { scratchFolder } from "../fixtures/start-cli.mjs";

/** A plugin in JavaScript that asks for things. */
function asking(grants: object): string {
  const folder = join(scratchFolder(), "news");
  mkdirSync(folder);
  writeFileSync(join(folder, "index.js"), "export const read = () => 'news';\n");
  writeFileSync(join(folder, "plugin.wit"), "package test:news;\nworld news {\n  export read: func() -> string;\n}\n");
  writeFileSync(join(folder, "tenon.json"), JSON.stringify({ grants }));
  return folder;
}

const news = () =>
  asking({
    environment: { LANG: true },
    network: ["news.example.com:443"],
    reasons: { network: "reads the headlines" },
  });

test("check lists what a plugin asks for, whether it is given, why, and what enforces it", async () => {
  const { code, stdout } = await runCli(["check", news(), "--place", "worker", "--grant-env", "LANG"]);
  expect(code).toBe(0);
  expect(stdout).toContain("asks to read the environment variable LANG (given, enforced by the worker place)\n");
  expect(stdout).toContain(
    "asks to connect to news.example.com:443: reads the headlines (not given, not enforced in the worker place)\n",
  );
});

test("check --json lists asked, given, missing, and what enforces each grant", async () => {
  const { document } = await runJson(["check", news(), "--place", "worker", "--grant-env", "LANG=secret"]);
  expect(document.reports[0].grants).toMatchObject({
    asked: { environment: { LANG: true }, network: ["news.example.com:443"] },
    // The value of a variable may be a secret.
    given: { environment: { LANG: true } },
    missing: { network: ["news.example.com:443"] },
    place: "worker",
    enforcedBy: { environment: "place", network: "none", functions: "host" },
  });
});

test("check finds a grant that nothing would enforce", async () => {
  const words = ["check", news(), "--place", "process", "--grant-network", "*"];
  const { code, stdout } = await runCli(words);
  expect(code).toBe(2);
  expect(stdout).toContain("nothing enforces grants.network");
  expect((await runCli([...words, "--allow-unenforced"])).code).toBe(0);
});

test("inspect shows what a plugin asks for", async () => {
  const { document } = await runJson(["inspect", news()]);
  expect(document.grants).toMatchObject({ missing: { network: ["news.example.com:443"] }, place: "inline" });
  const { stdout } = await runCli(["inspect", news()]);
  expect(stdout).toContain("grants\n  asks to read the environment variable LANG (not given");
});

test("a manifest that asks for a grant that does not exist is not valid", async () => {
  const { code, stdout } = await runCli(["check", asking({ netwrok: ["a.com"] })]);
  expect(code).toBe(1);
  expect(stdout).toContain('unknown field "grants.netwrok"; did you mean "network"?');
});
