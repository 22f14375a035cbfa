import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync, renameSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { main, scratchFolder, startCli } from "../fixtures/start-cli.mjs";

const contract = "package test:greeter@1.0.0;\nworld greeter {\n  export greet: func(name: string) -> string;\n}\n";

/** A plugin of two files. */
function greeter(): { folder: string; edit(file: string, from: string, to: string): void } {
  const folder = scratchFolder();
  writeFileSync(join(folder, "contract.wit"), contract);
  writeFileSync(join(folder, "tenon.json"), '{"name": "greeter", "version": "1.0.0", "entry": "main.js"}');
  writeFileSync(
    join(folder, "main.js"),
    'import { word } from "./word.js";\nexport const greet = (name) => word + ", " + name + "!";\n',
  );
  writeFileSync(join(folder, "word.js"), 'export const word = "Hello";\n');
  return {
    folder,
    edit(file, from, to) {
      // Like editors: a file that is written in place is empty for a moment.
      const path = join(folder, file);
      writeFileSync(`${path}~`, readFileSync(path, "utf8").replace(from, to));
      renameSync(`${path}~`, path);
    },
  };
}

const count = (text: string, part: string) => text.split(part).length - 1;

// One change may cause several events and so several rounds: the tests wait for the outcome.
test("every change is swapped in and called again, and errors are shown without stopping", async () => {
  const { folder, edit } = greeter();
  const cli = startCli(["run", folder, "greet", "Ada", "--watch"]);
  await cli.until(({ stdout }) => stdout === "Hello, Ada!\n");

  edit("word.js", "Hello", "Bonjour");
  await cli.until(({ stdout }) => stdout.includes("Bonjour, Ada!\n"));
  expect(cli.stderr).toMatch(/changed: .*word\.js\n/);
  expect(cli.stderr).toContain("swapped greeter 1.0.0");

  edit("main.js", "export const", "export konst");
  await cli.until(({ stderr }) => stderr.includes("[TENON_SYNTAX]"));
  const before = count(cli.stdout, "Bonjour");

  edit("main.js", "export konst", "export const");
  await cli.until(({ stdout }) => count(stdout, "Bonjour") > before);

  edit("contract.wit", "name: string", "name: string, again: option<u8>");
  await cli.until(({ stderr }) => stderr.includes("reopened greeter because its contract changed"));

  cli.child.kill("SIGINT");
  expect((await cli.ended).code).toBe(130);
});

test("a plugin that begins to ask for more than is granted is not called until it asks for less", async () => {
  const { folder, edit } = greeter();
  const cli = startCli(["run", folder, "greet", "Ada", "--watch", "--grant-env", "LANG"]);
  await cli.until(({ stdout }) => stdout === "Hello, Ada!\n");
  edit("tenon.json", '"entry"', '"grants": { "environment": { "LANG": true, "HOME": true } }, "entry"');
  await cli.until(({ stderr }) => stderr.includes("[TENON_CONSENT_MISSING]"));
  expect(cli.stderr).toContain("plugin greeter asks to read the environment variable HOME, which is not granted");
  expect(cli.stdout).toBe("Hello, Ada!\n");
  edit("tenon.json", ', "HOME": true', "");
  await cli.until(({ stdout }) => stdout.startsWith("Hello, Ada!\nHello, Ada!\n"));
});

test("--exclusive ends the old plugin before the new one starts, so that both can own the same lock", async () => {
  const { folder, edit } = greeter();
  const lock = JSON.stringify(join(folder, "lock"));
  writeFileSync(
    join(folder, "main.js"),
    `import { mkdirSync, rmdirSync } from "node:fs";
    import { word } from "./word.js";
    export const activate = () => mkdirSync(${lock});
    export const deactivate = () => rmdirSync(${lock});
    export const greet = (name) => word + ", " + name + "!";\n`,
  );
  const cli = startCli(["run", folder, "greet", "Ada", "--exclusive"]);
  await cli.until(({ stdout }) => stdout === "Hello, Ada!\n");
  edit("word.js", "Hello", "Bonjour");
  await cli.until(({ stdout }) => stdout.includes("Bonjour, Ada!\n"));
  expect(cli.stderr).toContain("swapped greeter 1.0.0");
  cli.child.kill("SIGINT");
  await cli.ended;
});

test("waits for a plugin that cannot be opened at first, and prints one document per round", async () => {
  const { folder, edit } = greeter();
  edit("main.js", "export const", "export konst");
  const cli = startCli(["run", folder, "greet", "Ada", "--watch", "--json"]);
  await cli.until(({ stdout }) => stdout.includes("\n"));
  edit("main.js", "export konst", "export const");
  await cli.until(({ stdout }) => stdout.includes("Hello, Ada!"));
  edit("word.js", "Hello", "Salve");
  await cli.until(({ stdout }) => stdout.includes("Salve, Ada!") && stdout.endsWith("\n"));
  const documents = cli.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(documents[0]).toMatchObject({ error: { code: "TENON_SYNTAX" } });
  expect(documents.find(({ result }) => result === "Salve, Ada!")).toMatchObject({
    function: "greet",
    swapped: { from: { name: "greeter" }, state: "none" },
  });
});

test("a change cancels a call that is still running", async () => {
  const { folder, edit } = greeter();
  edit("main.js", "(name) =>", "(name) => word === 'Hello' ? (console.log('waiting'), new Promise(() => {})) :");
  const cli = startCli(["run", folder, "greet", "Ada", "--watch"]);
  await cli.until(({ stderr }) => stderr.includes("waiting"));
  edit("word.js", "Hello", "Hi");
  await cli.until(({ stdout }) => stdout.includes("Hi, Ada!"));
  expect(cli.stderr).toContain("the call was cancelled");
});

test("a plugin that crashed is reopened after the next change", async () => {
  const { folder, edit } = greeter();
  edit("word.js", "export", "globalThis.greeting = process.exit;\nexport");
  edit("main.js", "(name) =>", "(name) => word === 'Hello' ? globalThis.greeting(3) :");
  const cli = startCli(["run", folder, "greet", "Ada", "--watch", "--place", "process"]);
  await cli.until(({ stderr }) => stderr.includes("[TENON_PLUGIN_CRASHED]"));
  edit("word.js", "Hello", "Hi");
  await cli.until(({ stdout }) => stdout.includes("Hi, Ada!"));
});

test("output to a file in the plugin's folder does not count as a change", async () => {
  const { folder, edit } = greeter();
  const log = join(folder, "output.txt");
  const output = openSync(log, "w");
  const watcher = watch(folder);
  onTestFinished(() => watcher.close());
  const child = spawn(process.execPath, [main, "run", folder, "greet", "Ada", "--watch"], {
    stdio: ["ignore", output, output],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = () => readFileSync(log, "utf8");
  const until = async (text: string) => {
    while (!said().includes(text)) await once(watcher, "change");
  };
  await until("watching");
  edit("main.js", "export const", "export konst");
  await until("[TENON_SYNTAX]");
  edit("main.js", "export konst", "export const");
  await until("swapped greeter");
  expect(said()).not.toContain("output.txt");
});
