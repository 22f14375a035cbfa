import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contractsFolder, kitchen, pluginsFolder, runCli, runJson, scratchFolder } from "../fixtures/start-cli.mjs";

const run = (...words: string[]) => runCli(["run", kitchen, ...words]);
const result = async (...words: string[]) => (await runJson(["run", kitchen, ...words])).document.result;

test("without a function, the functions are listed and nothing runs", async () => {
  const { code, stdout } = await run();
  expect(code).toBe(0);
  expect(stdout).toContain("repeat(text: string, times: u8) -> string\n  Repeats a text.\n  As often as asked.\n");
  expect(stdout).toContain('"countryCode": string or null');
  const { code: own, stdout: listed } = await runCli(["run", "failing.js"], { cwd: pluginsFolder });
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

test.each(["inline", "worker", "worker-pool", "process"])("a call in the %s place", async (place) => {
  const { code, document, stderr } = await runJson(["run", kitchen, "repeat", "ab", "2", "--place", place]);
  expect({ code, stderr: stderr.replace(/opening .*\n/, "") }).toEqual({ code: 0, stderr: "[kitchen] closed\n" });
  expect(document).toEqual({
    plugin: { name: "kitchen", version: "1.2.3", place },
    function: "repeat",
    result: "abab",
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

test("a stream is one document, also when it breaks", async () => {
  expect(await result("count", "3")).toEqual([1, 2, 3]);
  const { code, document } = await runJson(["run", kitchen, "broken", "2"]);
  expect(code).toBe(1);
  expect(document).toMatchObject({
    function: "broken",
    result: [1, 2],
    error: { code: "TENON_STREAM_BROKEN", message: expect.stringContaining("the well is dry") },
  });
  const told = await run("broken", "2");
  expect(told).toMatchObject({ code: 1, stdout: "1\n2\n" });
  expect(told.stderr).toContain("the well is dry");
});

test("the error case of a result is printed with its payload, and ends with 1", async () => {
  const told = await run("divide", "7", "0");
  expect(told).toMatchObject({ code: 1, stdout: "" });
  expect(told.stderr).toContain(
    'error: divide() answered with its error case: { "street": "Null", "zip": 0, "countryCode": null }',
  );
  const { document } = await runJson(["run", kitchen, "divide", "7", "0"]);
  expect(document.error).toMatchObject({
    code: "TENON_CALL_RESULT",
    payload: { street: "Null", zip: 0, countryCode: null },
  });
  expect(await result("divide", "7", "2")).toBe(3);
});

test("a plugin's exception is shown with its own lines", async () => {
  const { code, stderr } = await run("throws");
  expect(code).toBe(1);
  expect(stderr).toContain("the oven is off [TENON_CALL_THREW]");
  expect(stderr).toMatch(/In the plugin:\n {4}TypeError: the oven is off\n.*kitchen\.js:\d+:\d+\)/);
  const { document } = await runJson(["run", kitchen, "throws"]);
  expect(document.error).toMatchObject({
    code: "TENON_CALL_THREW",
    pluginStack: expect.stringContaining("kitchen.js"),
  });
});

test("host functions: text is logged, others say that they are not there", async () => {
  const said = await run("say", "hello there");
  expect(said).toMatchObject({ code: 0, stdout: "" });
  expect(said.stderr).toContain("[log] hello there\n");
  const { code, document } = await runJson(["run", kitchen, "download", "http://x"]);
  expect(code).toBe(1);
  expect(document.error).toMatchObject({ code: "TENON_IMPORT_MISSING", message: expect.stringContaining("fetch()") });
});

test("the environment is granted by name", async () => {
  const environment = { SECRET: "s3cret" };
  const see = async (...words: string[]) =>
    (await runCli(["run", kitchen, "environment", "SECRET", ...words], { environment })).stdout;
  expect(await see()).toBe("null\n");
  expect(await see("--grant-env", "OTHER", "--grant-env", "SECRET")).toBe("s3cret\n");
  expect(await see("--grant-env", "SECRET=mine", "--place", "process")).toBe("mine\n");
});

test("settings are checked against the manifest's schema", async () => {
  expect(await result("settings")).toBe('{"level":1}');
  expect(await result("settings", "--settings", '{"level": 3}')).toBe('{"level":3}');
  const file = join(scratchFolder(), "settings.json");
  writeFileSync(file, '{"level": 4}');
  expect(await result("settings", "--settings", `@${file}`)).toBe('{"level":4}');
  const wrong = await runJson(["run", kitchen, "settings", "--settings", '{"level": "x"}']);
  expect(wrong).toMatchObject({ code: 2, document: { error: { code: "TENON_SETTINGS_INVALID" } } });
  for (const text of ["{", "@nowhere.json"]) expect((await run("settings", "--settings", text)).code).toBe(2);
});

test.each(["hangs", "loops"])("a call that %s is ended at its deadline", async (name) => {
  const { code, document } = await runJson(["run", kitchen, name, "--deadline", "200"]);
  expect(code).toBe(1);
  expect(document.error.code).toBe("TENON_CALL_DEADLINE");
});

test.each(["worker", "process"])("a plugin that ends its %s is an error", async (place) => {
  const { code, document } = await runJson(["run", kitchen, "dies", "--place", place]);
  expect(code).toBe(1);
  expect(document.error.code).toBe("TENON_PLUGIN_CRASHED");
});

test.each<[string, string[], string]>([
  ["an argument too few", ["repeat", "a"], 'repeat() takes 2 arguments, and "times" is missing'],
  ["an argument too many", ["nothing", "x"], "nothing() takes no argument, and 1 were given"],
  [
    "an argument of another type",
    ["repeat", "a", "many"],
    'repeat(): argument "times": expected a whole number from 0 to 255 (u8), got string "many"',
  ],
  [
    "a place inside an argument",
    ["introduce", '{"name": "Ada", "born": 1, "address": {"street": 1, "zip": 1}, "tags": []}'],
    "at address.street: expected a text, got number 1",
  ],
  ["an object", ["holds", "x"], "a jar object cannot be written on a command line"],
  ["a misspelled function", ["repeet", "a", "1"], 'there is no function "repeet"; did you mean "repeat"?'],
  ["another function", ["unheard-of"], "there are:\n    shelf.Jar.count() -> u32"],
  ["a method", ["shelf.Jar.label"], "needs an object to be called on"],
])("%s is a mistake in the command line", async (_what, words, told) => {
  const { code, stdout, stderr } = await run(...words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("[TENON_USAGE]");
  expect(stderr.replace(" [TENON_USAGE]", "")).toContain(told);
});

test("a plugin without a contract needs one", async () => {
  const bare = join(pluginsFolder, "bare.js");
  const { code, document } = await runJson(["run", bare, "greet", "Ada"]);
  expect(code).toBe(1);
  expect(document.error).toMatchObject({
    code: "TENON_CONTRACT_MISSING",
    fix: { command: expect.stringContaining("--contract") },
  });
  const given = await runCli(["run", bare, "greet", "Ada", "--contract", join(contractsFolder, "greeter.wit")]);
  expect(given).toMatchObject({ code: 0, stdout: "Hello, Ada!\n" });
});

test("a plugin that fails at load, that does not fit, or that is not there", async () => {
  const failed = await runJson(["run", join(pluginsFolder, "failing.js"), "greet", "Ada"]);
  expect(failed).toMatchObject({
    code: 1,
    document: { error: { code: "TENON_LOAD_FAILED", message: expect.stringContaining("the door is locked") } },
  });
  const unfinished = await runJson(["run", join(pluginsFolder, "unfinished.js"), "greet", "Ada"]);
  expect(unfinished).toMatchObject({ code: 1, document: { error: { code: "TENON_EXPORT_MISSING" } } });
  const missing = await runJson(["run", join(pluginsFolder, "kitchn.js"), "greet", "Ada"]);
  expect(missing).toMatchObject({
    code: 1,
    document: {
      error: { code: "TENON_ARTIFACT_MISSING", message: expect.stringContaining('did you mean "kitchen.js"?') },
    },
  });
});
