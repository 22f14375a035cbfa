import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
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
  ["null", null, /option options: expected an object, got null/],
  [
    "an unknown option",
    { plaec: "worker" },
    /unknown option "plaec"; did you mean "place"\? Known options: place, .*signal$/,
  ],
  ["an option that is like no other", { colour: 1 }, /unknown option "colour"; known options: place, /],
  ["place", { place: 5 }, /option place: expected a string that is not empty, got number 5/],
  [
    "an unknown place",
    { place: "wroker" },
    /unknown place "wroker"; did you mean "worker"\? Use inline, worker, worker-pool or process$/,
  ],
  ["imports", { imports: 5 }, /option imports: expected an object/],
  ["grants", { grants: [] }, /option grants: expected an object/],
  ["an unknown grant", { grants: { netwrok: [] } }, /unknown grant "grants\.netwrok"; did you mean "network"\?/],
  ["a grant of another form", { grants: { network: "a.com" } }, /option grants\.network: expected a list of strings/],
  ["a host with a scheme", { grants: { network: ["https://a.com"] } }, /TENON_GRANT_INVALID grants\.network: "https:/],
  [
    "a folder's misspelled field",
    { grants: { folders: { "/a": { path: ".", wirte: true } } } },
    /did you mean "write"/,
  ],
  ["an unknown resource", { grants: { resources: { memroy: 1 } } }, /did you mean "memory"/],
  ["a resource of 0", { grants: { resources: { cpu: 0 } } }, /grants\.resources\.cpu: expected a whole number of 1 or/],
  ["a policy", { grants: { unenforced: "yes" } }, /option grants\.unenforced: expected one of "refuse", "allow"/],
  ["too many entries", { grants: { programs: Array(1001).fill("ls") } }, /a list of strings, at most 1000/],
  ["limits", { limits: null }, /option limits: expected an object, got null/],
  [
    "an unknown limit",
    { limits: { deadlin: 1 } },
    /unknown limit "limits\.deadlin"; did you mean "deadline"\? Known limits: deadline, bytes, /,
  ],
  [
    "a negative limit",
    { limits: { bytes: -1 } },
    /option limits\.bytes: expected a number of 0 or more, got number -1/,
  ],
  ["a limit that is NaN", { limits: { load: Number.NaN } }, /option limits\.load: expected a number of 0 or more/],
  ["isolation", { isolation: "sandbox" }, /option isolation: expected one of "none", "contained", "sandboxed"/],
  ["name", { name: "" }, /option name: expected a string that is not empty/],
  ["priority", { priority: "first" }, /option priority: expected a number/],
  ["fresh", { fresh: 1 }, /option fresh: expected true or false/],
  ["signal", { signal: {} }, /option signal: expected an AbortSignal/],
  ["supervision", { supervision: { crashs: 1 } }, /unknown option "supervision\.crashs"; did you mean "crashes"\?/],
  [
    "back-off",
    { supervision: { backoff: { frist: 1 } } },
    /unknown option "supervision\.backoff\.frist"; did you mean "first"\?/,
  ],
];

test.each(wrong)("open refuses %s", async (_, options, message) => {
  await using host = createHost();
  expect(await failureOf(() => host.open(file, greeter, options as object))).toMatch(message);
  expect(host.plugins).toEqual([]);
});

test.each<[string, unknown, unknown, RegExp]>([
  ["an object that is not a contract", file, {}, /option contract: expected a contract/],
  ["a contract's definition", file, { exports: {} }, /option contract: expected a contract/],
  ["a number as path", 5, greeter, /option artifact: expected a path or a URL/],
  ["an empty path", "", greeter, /option artifact: expected a path or a URL, got an empty string/],
  ["a string that is not a URL", "file://%", greeter, /option artifact: file:\/\/% is not a valid URL/],
  ["a URL that is not a path", "file:///a%2Fb", greeter, /option artifact: file:\/\/\/a%2Fb does not name a file/],
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
  ["an unknown option", { timeout: 5 }, /unknown option "timeout"; known options: deadline, signal/],
])("a call refuses %s", async (_, options, message) => {
  await using host = createHost();
  const plugin = await host.open(file, greeter);
  expect(await failureOf(() => plugin.call("greet", ["Ada"], options as object))).toMatch(message);
  expect(await failureOf(() => plugin.with(options as object).greet("Ada"))).toMatch(message);
});

test("a call refuses parameters that are not an array", async () => {
  await using host = createHost();
  const plugin = await host.open(file, greeter);
  expect(await failureOf(() => plugin.call("greet", null as never))).toMatch(
    /expected an array with the parameters of greet\(\)/,
  );
});

test.each<[string, unknown, RegExp]>([
  ["an unknown option", { builtin: {} }, /unknown option "builtin"; did you mean "builtins"\?/],
  ["runtimes", { runtimes: {} }, /option runtimes: expected an array of runtimes/],
  ["limits", { limits: { deadline: "1" } }, /option limits\.deadline: expected a number/],
])("createHost refuses %s", async (_, options, message) => {
  expect(await failureOf(() => createHost(options as object))).toMatch(message);
});

test.each<[string, unknown, RegExp]>([
  [
    "an unknown option",
    { setings: {} },
    /^TENON_OPTION_INVALID unknown option "setings"; did you mean "settings"\? Known/,
  ],
  [
    "an option of open",
    { place: "worker" },
    /^TENON_OPTION_INVALID unknown option "place"; known options: settings, integrity, exclusive$/,
  ],
  ["null", null, /^TENON_OPTION_INVALID option options: expected an object, got null$/],
])("swap refuses %s, and the plugin stays as it is", async (_, options, message) => {
  await using host = createHost();
  const failed: unknown[] = [];
  host.on("swap-failed", (event) => failed.push(event));
  const plugin = await host.open(file, greeter);
  expect(await failureOf(() => plugin.swap(file, options as object))).toMatch(message);
  expect(await plugin.exports.greet("Ada")).toBe("Ada");
  expect((await plugin.swap(file, {})).to.artifact).toBe(plugin.artifact);
  expect(failed).toEqual([]);
});

test.each<[string, unknown, string]>([
  [
    "a misspelled event",
    "crahed",
    'unknown event "crahed"; did you mean "crashed"? Known events: opened, state, crashed',
  ],
  ["an event that is like no other", "message", 'unknown event "message"; known events: opened, state, crashed'],
  ["an event that is not a string", undefined, 'unknown event "undefined"; known events: opened'],
  ["a property of every object", "constructor", 'unknown event "constructor"; known events: opened'],
])("host.on refuses %s", async (_, event, message) => {
  await using host = createHost();
  expect(await failureOf(() => host.on(event as "crashed", () => {}))).toContain(`TENON_OPTION_INVALID ${message}`);
});

const forms = "command:LINE, npm:PACKAGE, https:URL or an archive";

test.each(["oci://registry.example/greeter:1", "ftp://example.org/greeter.js", "OCI://x", "git+ssh:x"])(
  "%s is refused for its scheme, and not for a missing file",
  async (given) => {
    await using host = createHost();
    const scheme = /^[^:]+:/.exec(given)?.[0].toLowerCase();
    const message = `${given}: the scheme ${scheme} is not supported; use a path, file:PATH, builtin:NAME, ${forms}`;
    const report = await host.check(given, greeter);
    expect(report.verdict).toBe("breaks");
    expect(report.findings).toMatchObject([{ code: "TENON_OPTION_INVALID", message, subject: given }]);
    expect(await failureOf(() => host.open(given, greeter))).toBe(`TENON_OPTION_INVALID ${message}`);
    const plugin = await host.open(file, greeter);
    expect(await failureOf(() => plugin.swap(given))).toContain(message);
    expect(await plugin.exports.greet("Ada")).toBe("Ada");
  },
);

test("a scheme does not hide a file of that name, a builtin, or a drive", async () => {
  await using host = createHost();
  expect((await host.check("builtin:greeter")).findings[0]?.code).toBe("TENON_ARTIFACT_MISSING");
  expect((await host.check("c:\\plugins\\greeter.js")).findings[0]?.code).toBe("TENON_ARTIFACT_MISSING");
  if (process.platform === "win32") return;
  writeFileSync(join(folder, "npm:greeter.js"), "export const greet = (name) => name;");
  const path = relative(process.cwd(), folder);
  expect(await (await host.open(join(path, "npm:greeter.js"), greeter)).exports.greet("Ada")).toBe("Ada");
});

test("options that are undefined count as left out", async () => {
  await using host = createHost({ limits: undefined, pool: undefined });
  const plugin = await host.open(file, greeter, {
    place: undefined,
    limits: { deadline: undefined },
    signal: undefined,
  });
  expect(await plugin.with({ deadline: undefined }).greet("Ada")).toBe("Ada");
});
