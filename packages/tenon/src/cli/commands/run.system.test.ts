import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { contractsFolder, kitchen, pluginsFolder, scratchFolder } from "../fixtures/start-cli.mjs";

const inline = ["run", "--place", "inline"];
const run = (...words: string[]) => runCli([...inline, kitchen, ...words]);
const result = async (...words: string[]) => (await runJson([...inline, kitchen, ...words])).document.result;

test("without a function, the functions are listed and nothing runs", async () => {
  const { code, stdout } = await run();
  expect(code).toBe(0);
  expect(stdout).toContain("repeat(text: string, times: u8) -> string\n  Repeats a text.\n  As often as asked.\n");
  expect(stdout).toContain('"countryCode": string or null');
  const { code: own, stdout: listed } = await runCli(["run", join(pluginsFolder, "failing.js")]);
  expect({ own, listed }).toEqual({ own: 0, listed: "greet(name: string) -> string\n" });
  const { document } = await runJson(["run", kitchen]);
  expect(document).toMatchObject({ contract: "test:kitchen@1.2.0", plugin: { name: "kitchen", version: "1.2.3" } });
  expect(document.functions).toContainEqual({
    name: "repeat",
    parameters: ["text", "times"],
    optional: false,
    docs: expect.any(String),
  });
});

test.each<[string, string[], string]>([
  ["text as it is", ["repeat", "a b", "1"], "a b\n"],
  ["negative numbers", ["add", "-5", "3"], "-2\n"],
  ["words after --", ["repeat", "--", "-x", "2"], "-x-x\n"],
  ["64-bit integers", ["big", "18446744073709551615"], "18446744073709551615\n"],
  ["an enum", ["paint", "dark-green"], "dark-green\n"],
  ["flags", ["may", "write-all"], '{ "read": false, "writeAll": true }\n'],
  ["a variant", ["measure", '{"tag":"about","val":"a lot"}'], '{ "tag": "about", "val": "a lot" }\n'],
  ["a tuple", ["swap", '["a", 5]'], '[5, "a"]\n'],
  ["none", ["maybe"], "null\n"],
  ["a future", ["later", "now"], "later now\n"],
  ["a stream given", ["sum", "[1, 2, 3]"], "6\n"],
  ["a stream taken", ["count", "3"], "1\n2\n3\n"],
  ["nothing", ["nothing"], ""],
  ["a function of an interface", ["shelf.first"], '{ "resource": "jar" }\n'],
  ["a static function", ["shelf.Jar.count"], "0\n"],
  ["the name in kebab-case", ["shelf.Jar.new", "jam"], '{ "resource": "jar" }\n'],
])("prints %s", async (_what, words, printed) => {
  expect(await run(...words)).toMatchObject({ code: 0, stdout: printed });
});

test("a record of everything", async () => {
  const person = {
    name: "Ada",
    born: "-9223372036854775808",
    address: { street: "Main", zip: 1, countryCode: null },
    tags: ["a"],
  };
  expect(await result("introduce", JSON.stringify(person))).toEqual(person);
  const file = join(scratchFolder(), "person.json");
  writeFileSync(file, JSON.stringify({ ...person, born: 5 }));
  expect(await result("introduce", `@${file}`)).toEqual({ ...person, born: 5 });
});

test("bytes go raw into a pipe, and as base64 into a document", async () => {
  expect((await run("bytes", "hex:414243")).stdout).toBe("ABC");
  expect(await result("bytes", "base64:AP8=")).toBe("base64:AP8=");
  expect(await result("chunks")).toBe("base64:iVBORw==");
  const { stdout } = await run("bytes", `@${kitchen}`);
  expect(stdout).toBe(readFileSync(kitchen, "utf8"));
});

test("a stream is one document, even if it breaks", async () => {
  expect(await result("count", "3")).toEqual([1, 2, 3]);
  const { code, document } = await runJson([...inline, kitchen, "broken", "2"]);
  expect(code).toBe(1);
  expect(document).toMatchObject({
    function: "broken",
    result: [1, 2],
    error: { code: "TENON_STREAM_BROKEN", message: expect.stringContaining("the well is dry") },
  });
  const plain = await run("broken", "2");
  expect(plain).toMatchObject({ code: 1, stdout: "1\n2\n" });
  expect(plain.stderr).toContain("the well is dry");
});

test("an error result is printed with its payload, and exits with 1", async () => {
  const plain = await run("divide", "7", "0");
  expect(plain).toMatchObject({ code: 1, stdout: "" });
  expect(plain.stderr).toContain(
    'error: divide() returned an error result: { "street": "Null", "zip": 0, "countryCode": null }',
  );
  const { document } = await runJson([...inline, kitchen, "divide", "7", "0"]);
  expect(document.error).toMatchObject({
    code: "TENON_CALL_RESULT",
    payload: { street: "Null", zip: 0, countryCode: null },
  });
  expect(await result("divide", "7", "2")).toBe(3);
});

test("a plugin's exception is shown with the plugin's own stack", async () => {
  const { code, stderr } = await run("throws");
  expect(code).toBe(1);
  expect(stderr).toContain("the oven is off [TENON_CALL_THREW]");
  expect(stderr).toMatch(/In the plugin:\n {4}TypeError: the oven is off\n.*kitchen\.js:\d+:\d+\)/);
  const { document } = await runJson([...inline, kitchen, "throws"]);
  expect(document.error).toMatchObject({
    code: "TENON_CALL_THREW",
    pluginStack: expect.stringContaining("kitchen.js"),
  });
});

test("host functions that take text print it, all others fail", async () => {
  const said = await run("say", "hello there");
  expect(said).toMatchObject({ code: 0, stdout: "" });
  expect(said.stderr).toContain("[log] hello there\n");
  const { code, document } = await runJson([...inline, kitchen, "download", "http://x"]);
  expect(code).toBe(1);
  expect(document.error).toMatchObject({ code: "TENON_IMPORT_MISSING", message: expect.stringContaining("fetch()") });
});

test("--grant-env grants environment variables by name", async () => {
  const environment = { SECRET: "s3cret" };
  const see = async (...words: string[]) =>
    (await runCli([...inline, kitchen, "environment", "SECRET", ...words], { environment })).stdout;
  expect(await see()).toBe("null\n");
  const allowed = "--allow-unenforced";
  expect(await see("--grant-env", "OTHER", "--grant-env", "SECRET", allowed)).toBe("s3cret\n");
  expect(await see("--grant-env", "SECRET=mine", allowed)).toBe("mine\n");
  const refused = await runCli([...inline, kitchen, "environment", "SECRET", "--grant-env", "SECRET"]);
  expect(refused).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("[TENON_GRANT_UNENFORCED]") });
});

test("settings are checked against the manifest's schema", async () => {
  expect(await result("settings")).toBe('{"level":1}');
  expect(await result("settings", "--settings", '{"level": 3}')).toBe('{"level":3}');
  const file = join(scratchFolder(), "settings.json");
  writeFileSync(file, '{"level": 4}');
  expect(await result("settings", "--settings", `@${file}`)).toBe('{"level":4}');
  const wrong = await runJson([...inline, kitchen, "settings", "--settings", '{"level": "x"}']);
  expect(wrong).toMatchObject({ code: 2, document: { error: { code: "TENON_SETTINGS_INVALID" } } });
  for (const text of ["{", "@nowhere.json"]) expect((await run("settings", "--settings", text)).code).toBe(2);
});

test.each<[string, string[], string]>([
  ["an argument too few", ["repeat", "a"], 'repeat() takes 2 arguments, but "times" is missing'],
  ["an argument too many", ["nothing", "x"], "nothing() takes no arguments, but 1 was given"],
  [
    "an argument of another type",
    ["repeat", "a", "many"],
    'repeat(): argument "times": expected a whole number from 0 to 255 (u8), got string "many"',
  ],
  [
    "a value inside an argument",
    ["introduce", '{"name": "Ada", "born": 1, "address": {"street": 1, "zip": 1}, "tags": []}'],
    "at address.street: expected a string, got number 1",
  ],
  ["an object", ["holds", "x"], "a jar object cannot be written on a command line"],
  ["a misspelled function", ["repeet", "a", "1"], 'there is no function "repeet"; did you mean "repeat"?'],
  ["an unknown function", ["unheard-of"], "the plugin has:\n    shelf.Jar.count() -> u32"],
  ["a method", ["shelf.Jar.label"], "shelf.Jar.label is a method and needs an object"],
])("%s is a usage error", async (_what, words, message) => {
  const { code, stdout, stderr } = await run(...words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("[TENON_USAGE]");
  expect(stderr.replace(" [TENON_USAGE]", "")).toContain(message);
});

test("a plugin without a contract needs one", async () => {
  const bare = join(pluginsFolder, "bare.js");
  const { code, document } = await runJson([...inline, bare, "greet", "Ada"]);
  expect(code).toBe(1);
  expect(document.error).toMatchObject({
    code: "TENON_CONTRACT_MISSING",
    fix: { text: expect.stringContaining("--contract") },
  });
  const given = await runCli([...inline, bare, "greet", "Ada", "--contract", join(contractsFolder, "greeter.wit")]);
  expect(given).toMatchObject({ code: 0, stdout: "Hello, Ada!\n" });
});

test("a plugin that fails to load, does not fit, or does not exist is an error", async () => {
  const failed = await runJson([...inline, join(pluginsFolder, "failing.js"), "greet", "Ada"]);
  expect(failed).toMatchObject({
    code: 1,
    document: { error: { code: "TENON_LOAD_FAILED", message: expect.stringContaining("the door is locked") } },
  });
  const unfinished = await runJson([...inline, join(pluginsFolder, "unfinished.js"), "greet", "Ada"]);
  expect(unfinished).toMatchObject({ code: 1, document: { error: { code: "TENON_EXPORT_MISSING" } } });
  const missing = await runJson([...inline, join(pluginsFolder, "kitchn.js"), "greet", "Ada"]);
  expect(missing).toMatchObject({
    code: 2,
    document: {
      error: { code: "TENON_ARTIFACT_MISSING", message: expect.stringContaining('did you mean "kitchen.js"?') },
    },
  });
});

test("a call that a failure proposes works when pasted", async () => {
  const { stderr } = await run("introduce");
  const command = /^ {4}tenon (run .*)$/m.exec(stderr)?.[1];
  expect(command).toBe(
    `run ${kitchen} introduce '{"name":"name","born":1,"address":{"street":"street","zip":1,"countryCode":null},"tags":["tags"]}'`,
  );
  const words = [...(command ?? "").matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  expect(await runCli([...words, "--place", "inline"])).toMatchObject({ code: 0 });
});

test("a debugger and watching need a function", async () => {
  for (const option of ["--inspect", "--inspect=0", "--watch"]) {
    const { code, stderr } = await run(option);
    expect(code).toBe(2);
    expect(stderr).toContain("missing function");
  }
});
