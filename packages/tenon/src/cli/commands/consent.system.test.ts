import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { scratchFolder } from "../fixtures/start-cli.mjs";

const wit = "package test:news;\nworld news {\n  export read: func(name: string) -> string;\n}\n";

/** A plugin that asks for a variable and a host, and a folder for the user's configuration. */
function prepare(grants: object = { environment: { CONSENT: true }, reasons: { environment: "names the reader" } }) {
  const folder = scratchFolder();
  const plugin = join(folder, "news");
  const configuration = join(folder, "config");
  const file = join(configuration, "tenon", "consent.json");
  mkdirSync(plugin);
  const write = (text: string) => writeFileSync(join(plugin, "index.js"), text);
  const ask = (asked: object) => writeFileSync(join(plugin, "tenon.json"), JSON.stringify({ grants: asked }));
  write("export const read = (name) => process.env[name] ?? 'not granted';\n");
  writeFileSync(join(plugin, "plugin.wit"), wit);
  ask(grants);
  const environment = { XDG_CONFIG_HOME: configuration, CONSENT: "the value", NO_COLOR: "1" };
  const words = ["run", plugin, "read", "CONSENT", "--place", "inline"];
  const run = (typed: string | undefined, ...more: string[]) =>
    runCli([...words, ...more], {
      environment,
      isTerminal: typed !== undefined,
      ...(typed === undefined ? {} : { typed }),
    });
  return { plugin, file, environment, words, run, write, ask };
}

describe("without a terminal", () => {
  test("run refuses a plugin that asks for more than is granted, with the command that grants it", async () => {
    const { run, plugin, file } = prepare();
    const { code, stdout, stderr } = await run(undefined);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("plugin news asks to read the environment variable CONSENT, which is not granted");
    expect(stderr).toContain(
      `tenon run --grant-env CONSENT --allow-unenforced ${plugin} read CONSENT --place inline\n`,
    );
    expect(stderr).toContain("[TENON_CONSENT_MISSING]");
    expect(existsSync(file)).toBe(false);
  });

  test("the command that it prints works when it is pasted", async () => {
    const { environment, words } = prepare();
    const { document } = await runJson(words, { environment });
    const [tenon, ...pasted] = document.error.fix.command.split(" ");
    expect(tenon).toBe("tenon");
    const done = await runCli(pasted, { environment });
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('"result":"the value"') });
  });

  test("--no-ask runs the plugin with what is granted", async () => {
    expect(await prepare().run(undefined, "--no-ask")).toMatchObject({ code: 0, stdout: "not granted\n" });
  });

  test("a plugin that gets all that it asks for is not asked about", async () => {
    const granted = await prepare().run(undefined, "--grant-env", "CONSENT", "--allow-unenforced");
    expect(granted).toMatchObject({ code: 0, stdout: "the value\n", stderr: "" });
  });

  test("listing the functions needs no consent", async () => {
    const { plugin, environment } = prepare();
    expect((await runCli(["run", plugin], { environment })).code).toBe(0);
  });
});

describe("on a terminal", () => {
  test("run asks in plain words, grants on yes, and remembers the answer", async () => {
    const { run, file } = prepare();
    const first = await run("y\n");
    expect(first).toMatchObject({ code: 0, stdout: "the value\n" });
    expect(first.stderr).toContain("asks to\n  read the environment variable CONSENT: names the reader (not enforced");
    expect(first.stderr).toContain("Grant this, until the plugin changes? [y/N] ");
    if (process.platform !== "win32") {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(statSync(join(file, "..")).mode & 0o777).toBe(0o700);
    }
    expect(await run(undefined)).toMatchObject({ code: 0, stdout: "the value\n", stderr: "" });
  });

  test("the default is no, and is not remembered", async () => {
    const { run, file } = prepare();
    for (const typed of ["\n", ""]) {
      const { code, stderr } = await run(typed);
      expect(code).toBe(2);
      expect(stderr).toContain("and you answered no");
    }
    expect(existsSync(file)).toBe(false);
  });

  test("no is remembered until it is taken back", async () => {
    const { run, environment } = prepare();
    expect((await run("no\n")).code).toBe(2);
    const again = await run("y\n");
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("tenon consent revoke news");
    expect((await runCli(["consent", "revoke", "news"], { environment })).code).toBe(0);
    expect(await run("y\n")).toMatchObject({ code: 0, stdout: "the value\n" });
  });

  test("other content is asked about again", async () => {
    const { run, write } = prepare();
    await run("y\n");
    write("export const read = (name) => 'changed: ' + process.env[name];\n");
    expect((await run(undefined)).code).toBe(2);
    expect(await run("yes\n")).toMatchObject({ code: 0, stdout: "changed: the value\n" });
    expect((await run(undefined)).code).toBe(0);
  });

  test("another request is asked about again, although the content is the same", async () => {
    const { run, ask } = prepare();
    await run("y\n");
    ask({ environment: { CONSENT: true, HOME: true } });
    const { code, stderr } = await run(undefined);
    expect(code).toBe(2);
    expect(stderr).toContain("HOME");
  });

  test("an answer about less does not count for more", async () => {
    const { run } = prepare({ environment: { CONSENT: true, HOME: true } });
    expect((await run("y\n", "--grant-env", "HOME", "--allow-unenforced")).code).toBe(0);
    expect((await run(undefined)).code).toBe(2);
  });

  test("a folder is the one that is meant where the command is run", async () => {
    const { run } = prepare({ folders: { "/data": "." } });
    const { stderr } = await run("y\n");
    expect(stderr).toContain(
      `read the folder ${process.cwd()}, which it sees as /data (not enforced in the inline place)`,
    );
  });

  test("--json does not ask", async () => {
    const { words, environment } = prepare();
    const asked = await runCli([...words, "--json"], { environment, isTerminal: true, typed: "y\n" });
    expect(asked).toMatchObject({ code: 2, stdout: expect.stringContaining("TENON_CONSENT_MISSING") });
  });
});

describe("the file with the answers", () => {
  test("is listed, for people and as JSON", async () => {
    const { run, plugin, environment, file } = prepare();
    expect(await runCli(["consent", "list"], { environment })).toMatchObject({
      code: 0,
      stdout: "",
      stderr: `No answers are remembered in ${file}.\n`,
    });
    await run("y\n");
    const { stdout } = await runCli(["consent", "list"], { environment });
    expect(stdout).toContain(`news (${plugin}, sha256-`);
    expect(stdout).toContain("\n  may read the environment variable CONSENT\n");
    const { document } = await runJson(["consent", "list"], { environment });
    expect(document.consents).toMatchObject([
      { name: "news", answer: "yes", granted: { environment: { CONSENT: true } } },
    ]);
  });

  test("revoke of a plugin that nothing is remembered about names the nearest", async () => {
    const { run, environment } = prepare();
    await run("y\n");
    const { code, stderr } = await runCli(["consent", "revoke", "nwes"], { environment });
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean "news"?');
  });

  test.skipIf(process.platform === "win32")("is refused if others can write to it, or to its folder", async () => {
    const { run, file } = prepare();
    await run("y\n");
    chmodSync(file, 0o620);
    const open = await run(undefined);
    expect(open).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("[TENON_CONSENT_UNSAFE]") });
    expect(open.stderr).toContain(`chmod go-w ${file}`);
    chmodSync(file, 0o600);
    chmodSync(join(file, ".."), 0o770);
    expect((await run(undefined)).stderr).toContain(`chmod go-w ${join(file, "..")}`);
    chmodSync(join(file, ".."), 0o700);
    expect((await run(undefined)).code).toBe(0);
  });

  test.skipIf(process.platform === "win32")("is refused if it is a symbolic link", async () => {
    const { run, file, plugin } = prepare();
    mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
    symlinkSync(join(plugin, "tenon.json"), file);
    expect((await run("y\n")).stderr).toContain("is a symbolic link");
  });

  test.each([
    ["text that is no JSON", "{"],
    ["another version", '{"version": 2, "consents": []}'],
    ["an entry without fields", '{"version": 1, "consents": [{}]}'],
    ["null", "null"],
    [
      "a grant that does not exist",
      '{"version":1,"consents":[{"name":"a","plugin":"a","digest":"d","time":"t","answer":"yes","asked":{"nothing":1},"granted":{},"unenforced":[]}]}',
    ],
  ])("is refused if it is %s", async (_, text) => {
    const { run, file } = prepare();
    mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { mode: 0o600 });
    const { code, stderr } = await run("y\n");
    expect(code).toBe(2);
    expect(stderr).toContain("[TENON_CONSENT_INVALID]");
    expect(readFileSync(file, "utf8")).toBe(text);
  });
});
