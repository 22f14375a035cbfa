import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { configuration } from "../fixtures/own-kind.mjs";
import { scratchFolder } from "../fixtures/start-cli.mjs";

/** A folder with a plugin of somebody else's kind, and the configuration that brings it. */
function ownKind() {
  const folder = scratchFolder();
  mkdirSync(join(folder, "plugins"));
  const plugin = join(folder, "plugins/greeter.texts");
  writeFileSync(plugin, "hello=Hello\n");
  writeFileSync(
    join(folder, "plugins/greeter.wit"),
    "package demo:texts@1.0.0;\nworld texts { export hello: func() -> string; }\n",
  );
  const config = join(folder, "tenon.config.mjs");
  writeFileSync(config, configuration);
  return { folder, plugin, config, words: ["--config", config] };
}

test("nothing is loaded from the current folder unless --config names it", async () => {
  const { folder, plugin } = ownKind();
  const { code, stdout } = await runCli(["check", plugin], { cwd: folder });
  expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringContaining("[TENON_ARTIFACT_UNKNOWN]") });
});

test("a runtime of somebody else is checked, listed, inspected and run", async () => {
  const { folder, plugin, words } = ownKind();
  expect(await runCli(["check", plugin, ...words])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("file of texts"),
  });
  const { document } = await runJson(["list", join(folder, "plugins"), ...words]);
  expect(document.plugins).toMatchObject([{ artifact: plugin, runtime: "texts" }]);
  const inspected = await runJson(["inspect", plugin, ...words]);
  expect(inspected.document).toMatchObject({ runtime: "texts", description: "file of texts" });
  expect(await runCli(["run", plugin, "hello", ...words])).toMatchObject({ code: 0, stdout: "Hello\n" });
  expect(await runCli(["run", plugin, "hello", "--times", "2", ...words])).toMatchObject({ stdout: "HelloHello\n" });
});

test("its commands, views, checks and templates are part of the command line", async () => {
  const { folder, plugin, words } = ownKind();
  expect(
    await runCli([...words, "shout", plugin, "hello", "--mark", "?", "--count", "2", "--times", "3"]),
  ).toMatchObject({
    code: 0,
    stdout: "HELLOHELLOHELLO?? inline\n",
  });
  const help = await runCli(["--help", ...words]);
  expect(help.stdout).toContain("Call a function, loudly.");
  expect((await runCli(["--help"])).stdout).not.toContain("shout");
  const wrong = await runCli([...words, "shout", plugin, "hello", "--count", "3"]);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('"3" is not valid: expected 2.') });

  const list = join(folder, "en.words");
  writeFileSync(list, "a\n");
  expect(await runCli(["inspect", list, ...words])).toMatchObject({ code: 0, stdout: `words: ${list}\n` });
  expect(await runCli(["check", list, list, ...words])).toMatchObject({ code: 3, stdout: "2 lists\n" });
  const draft = join(folder, "new.draft");
  writeFileSync(draft, "a\n");
  expect(await runCli(["check", draft, ...words])).toMatchObject({
    code: 3,
    stdout: expect.stringContaining("draft of texts"),
  });

  const made = await runJson(["new", "plugin", join(folder, "made"), "--language", "texts", ...words]);
  expect(made.document).toMatchObject({ language: "texts", files: ["made.texts"] });
});

test.each([
  ["missing.mjs", undefined, "does not exist"],
  ["throws.mjs", 'throw new Error("not today");', "cannot be loaded: not today"],
  ["empty.mjs", "export const runtimes = [];", "has no default export"],
  ["misspelt.mjs", "export default { runtime: [] };", 'did you mean "runtimes"'],
  ["wrong.mjs", "export default { contributions: [{}] };", "an array of contributions, each with a name"],
])("a configuration that is wrong is an error of the command line: %s", async (name, text, message) => {
  const path = join(scratchFolder(), name);
  if (text !== undefined) writeFileSync(path, text);
  const { code, stderr } = await runCli(["list", `--config=${path}`]);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});

test("a configuration that brings a command that there is already is refused", async () => {
  const path = join(scratchFolder(), "twice.mjs");
  const command = '{ name: "run", description: "", help: "", run: async () => {} }';
  writeFileSync(path, `export default { contributions: [{ name: "mine", commands: [${command}] }] };`);
  const { code, stderr } = await runCli(["list", "--config", path]);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("tenon run") });
});
