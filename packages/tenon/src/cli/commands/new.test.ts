import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { scratchFolder } from "../fixtures/start-cli.mjs";

test("a folder that is not empty stays unchanged, except with --force", async () => {
  const hello = join(scratchFolder(), "hello");
  mkdirSync(hello);
  writeFileSync(join(hello, "plugin.ts"), "mine");
  writeFileSync(join(hello, "other.txt"), "mine");
  const refused = await runJson(["new", "plugin", hello]);
  expect(refused).toMatchObject({
    code: 2,
    document: { error: { code: "TENON_FOLDER_OCCUPIED", message: expect.stringContaining("plugin.ts") } },
  });
  expect(readFileSync(join(hello, "plugin.ts"), "utf8")).toBe("mine");
  expect(existsSync(join(hello, "tenon.json"))).toBe(false);
  expect((await runCli(["new", "plugin", hello, "--force"])).code).toBe(0);
  expect(readFileSync(join(hello, "plugin.ts"), "utf8")).not.toBe("mine");
  expect(readFileSync(join(hello, "other.txt"), "utf8")).toBe("mine");
});

test("a file in the way is reported", async () => {
  const hello = join(scratchFolder(), "hello");
  writeFileSync(hello, "mine");
  expect(await runJson(["new", "plugin", hello])).toMatchObject({
    code: 2,
    document: { error: { code: "TENON_FILE_WRITE" } },
  });
});

test.each<[string, string[], string]>([
  [
    "without arguments",
    [],
    "missing kind: plugin or host [TENON_USAGE]\n  To fix this: Name what to create, and the folder for it:\n    tenon new plugin hello",
  ],
  ["without a folder", ["host"], "missing folder for the new host"],
  ["with an unknown kind", ["plugn", "x"], 'unknown kind "plugn"; use plugin or host; did you mean "plugin"?'],
  [
    "with an unknown language",
    ["plugin", "x", "--language", "pyhton"],
    'unknown language "pyhton"; use typescript or javascript',
  ],
  [
    "with an invalid name",
    ["plugin", "my x", "--name", "Über Tool"],
    "tenon new plugin 'my x' --language typescript --name ber-tool",
  ],
])("without a terminal, new %s is a usage error", async (_what, words, message) => {
  const { code, stderr } = await runCli(["new", ...words]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(existsSync("x")).toBe(false);
});

test("the name is made from the folder's", async () => {
  const folder = join(scratchFolder(), "My Plugin");
  const { document } = await runJson(["new", "plugin", folder]);
  expect(document).toMatchObject({ name: "my-plugin", folder });
});

test("the next steps work when pasted, also with spaces in the folder's name", async () => {
  const folder = join(scratchFolder(), "My Plugin");
  const { stdout } = await runCli(["new", "plugin", folder]);
  expect(stdout).toContain(`Next steps:\n  tenon check '${folder}'\n  tenon run '${folder}' greet Ada\n`);
});
