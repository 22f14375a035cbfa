import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, isTenonError, t } from "tenon";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tenon-options-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "greeter.js");
writeFileSync(file, "export const greet = (name) => name;");
const greeter = contract("test:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });

async function failureOf(action: () => unknown): Promise<string> {
  try {
    await action();
    return "nothing";
  } catch (error) {
    return isTenonError(error) ? `${error.code} ${error.message}` : `NOT CODED: ${error}`;
  }
}

const wrong: [string, unknown, RegExp][] = [
  ["no object", null, /option options: expected an object, got null/],
  ["an unknown option", { plaec: "worker" }, /option plaec: there is no such option; did you mean "place"\?/],
  ["an option that is like no other", { colour: 1 }, /option colour: there is no such option; there are place, /],
  ["place", { place: 5 }, /option place: expected a text that is not empty, got number 5/],
  ["an unknown place", { place: "wroker" }, /option place: there is no place "wroker"; did you mean "worker"\?/],
  ["imports", { imports: 5 }, /option imports: expected an object/],
  ["grants", { grants: [] }, /option grants: expected an object/],
  ["limits", { limits: null }, /option limits: expected an object, got null/],
  [
    "an unknown limit",
    { limits: { deadlin: 1 } },
    /option limits\.deadlin: there is no such limit; did you mean "deadline"\?/,
  ],
  [
    "a negative limit",
    { limits: { bytes: -1 } },
    /option limits\.bytes: expected a number of 0 or more, got number -1/,
  ],
  ["a limit that is NaN", { limits: { load: Number.NaN } }, /option limits\.load: expected a number of 0 or more/],
  ["isolation", { isolation: "sandbox" }, /option isolation: expected one of "none", "contained", "sandboxed"/],
  ["name", { name: "" }, /option name: expected a text that is not empty/],
  ["priority", { priority: "first" }, /option priority: expected a number/],
  ["fresh", { fresh: 1 }, /option fresh: expected true or false/],
  ["signal", { signal: {} }, /option signal: expected an AbortSignal/],
  ["supervision", { supervision: { crashs: 1 } }, /option supervision\.crashs: .*did you mean "crashes"\?/],
  [
    "back-off",
    { supervision: { backoff: { frist: 1 } } },
    /option supervision\.backoff\.frist: .*did you mean "first"\?/,
  ],
];

test.each(wrong)("open refuses %s", async (_, options, message) => {
  await using host = createHost();
  expect(await failureOf(() => host.open(file, greeter, options as object))).toMatch(message);
  expect(host.plugins).toEqual([]);
});

test.each<[string, unknown, unknown, RegExp]>([
  ["a contract that is none", file, {}, /option contract: expected a contract/],
  ["a contract's definition", file, { exports: {} }, /option contract: expected a contract/],
  ["a path that is none", 5, greeter, /option artifact: expected a path or a file: URL/],
  ["another URL", new URL("https://example.org/x.js"), greeter, /option artifact: .*got https:/],
  ["a text that is no URL", "file://%", greeter, /option artifact: file:\/\/% is not a valid URL/],
  ["a URL that is no path", "file:///a%2Fb", greeter, /option artifact: file:\/\/\/a%2Fb names no file/],
])("open and check refuse %s", async (_, artifact, given, message) => {
  await using host = createHost();
  for (const action of ["open", "check"] as const) {
    expect(await failureOf(() => host[action](artifact as string, given as typeof greeter))).toMatch(message);
  }
});

test.each<[string, unknown, RegExp]>([
  ["deadline", { deadline: "5" }, /option deadline: expected a number of 0 or more, got string "5"/],
  ["a negative deadline", { deadline: -1 }, /option deadline: expected a number of 0 or more/],
  ["signal", { signal: "x" }, /option signal: expected an AbortSignal, got string "x"/],
  ["an unknown option", { timeout: 5 }, /option timeout: there is no such option; there are deadline, signal/],
])("a call refuses %s", async (_, options, message) => {
  await using host = createHost();
  const plugin = await host.open(file, greeter);
  expect(await failureOf(() => plugin.call("greet", ["Ada"], options as object))).toMatch(message);
  expect(await failureOf(() => plugin.with(options as object).greet("Ada"))).toMatch(message);
});

test("a call refuses parameters that are no array", async () => {
  await using host = createHost();
  const plugin = await host.open(file, greeter);
  expect(await failureOf(() => plugin.call("greet", null as never))).toMatch(
    /expected an array of the parameters of greet\(\)/,
  );
});

test.each<[string, unknown, RegExp]>([
  ["an unknown option", { builtin: {} }, /option builtin: there is no such option; did you mean "builtins"\?/],
  ["runtimes", { runtimes: {} }, /option runtimes: expected an array of runtimes/],
  ["limits", { limits: { deadline: "1" } }, /option limits\.deadline: expected a number/],
])("createHost refuses %s", async (_, options, message) => {
  expect(await failureOf(() => createHost(options as object))).toMatch(message);
});

test("options that are undefined are as if they were not given", async () => {
  await using host = createHost({ limits: undefined, pool: undefined });
  const plugin = await host.open(file, greeter, {
    place: undefined,
    limits: { deadline: undefined },
    signal: undefined,
  });
  expect(await plugin.with({ deadline: undefined }).greet("Ada")).toBe("Ada");
});
