import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contractsFolder, runCli, runJson, scratchFolder } from "../fixtures/start-cli.mjs";

const greeter = join(contractsFolder, "greeter.wit");

/** Two plugins, one broken manifest, and files that are none. */
function plugins(): string {
  const folder = scratchFolder();
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("deep/er/greeter/tenon.json", '{"name": "greeter", "version": "2.0.0", "entry": "main.js"}');
  write("deep/er/greeter/main.js", "export const greet = (name) => name;");
  write("single.js", "export const greet = (name) => name;");
  write("single.tenon.json", '{"version": "1.0.0"}');
  write("packaged/package.json", '{"name": "packaged", "main": "main.js", "tenon": {"priority": 1}}');
  write("packaged/main.js", "module.exports = {};");
  write("broken/tenon.json", '{"version": "first"}');
  write("ordinary/package.json", '{"name": "ordinary"}');
  write("loose.js", "export const greet = (name) => name;");
  write("loose.test.js", "export {};");
  write("loose.d.ts", "export {};");
  write("README.md", "no plugin");
  write("node_modules/other/tenon.json", "{}");
  write(".hidden/tenon.json", "{}");
  symlinkSync(folder, join(folder, "circle"));
  return folder;
}

const names = ({ plugins: found }: { plugins: { name?: string }[] }) => found.map(({ name }) => name);

test("plugins are found by what stands beside them, in folders of folders", async () => {
  const { code, document } = await runJson(["list"], { cwd: plugins() });
  expect(code).toBe(0);
  expect(names(document)).toEqual([undefined, "greeter", "packaged", "single"]);
  expect(document.plugins[0]).toMatchObject({
    artifact: "broken",
    verdict: "breaks",
    findings: [{ code: "TENON_MANIFEST_INVALID" }],
  });
});

test("--all lists what could be a plugin as well", async () => {
  const { document } = await runJson(["list", "--all"], { cwd: plugins() });
  expect(names(document)).toEqual([undefined, "greeter", "loose", "packaged", "single"]);
});

test("with a contract each has a verdict", async () => {
  const { code, stdout, stderr } = await runCli(["list", "--contract", greeter], { cwd: plugins() });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^NAME +VERSION +RUNTIME +VERDICT +PATH\n/);
  expect(stdout).toMatch(/^greeter +2\.0\.0 +js +fits +deep\/er\/greeter$/m);
  expect(stderr).toContain("1 more file could be");
});

test("a folder that holds none, and one that is none", async () => {
  const { code, stdout, stderr } = await runCli(["list", scratchFolder()]);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "No plugins found.\n" });
  expect((await runCli(["list", "nowhere"])).code).toBe(2);
});
