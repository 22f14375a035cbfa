import { join } from "node:path";
import { expect, test } from "vitest";
import { contractsFolder, kitchen, runCli, runJson } from "../fixtures/start-cli.mjs";

const contract = (name: string) => join(contractsFolder, name);
const check = (...words: string[]) => runJson(["check", ...words]);

test("a plugin that keeps its own contract fits", async () => {
  const { code, document } = await check("kitchen.js");
  expect(code).toBe(0);
  expect(document).toMatchObject({
    verdict: "fits",
    reports: [{ verdict: "fits", name: "kitchen", version: "1.2.3", runtime: "js", findings: [] }],
  });
});

test("one that does not export all of it breaks", async () => {
  const { code, document } = await check("unfinished.js");
  expect(code).toBe(1);
  expect(document.reports[0].findings).toEqual([
    expect.objectContaining({
      code: "TENON_EXPORT_MISSING",
      severity: "error",
      subject: "dismiss",
      fix: { text: expect.stringContaining("dismiss") },
    }),
  ]);
});

test("without any contract it cannot be told", async () => {
  const { code, document } = await check("bare.js");
  expect(code).toBe(3);
  expect(document.verdict).toBe("unknown");
  expect(document.reports[0].findings[0]).toMatchObject({ code: "TENON_CONTRACT_NOT_CARRIED", severity: "warning" });
});

test("against the host's contract each difference is told", async () => {
  const { code, document } = await check("failing.js", "--contract", contract("greeter-next.wit"));
  expect(code).toBe(0);
  expect(document.verdict).toBe("adapts");
  expect(document.reports[0].findings).toContainEqual(expect.objectContaining({ code: "TENON_CONTRACT_ADAPTS" }));
  const other = await check("kitchen.js", "--contract", contract("greeter.wit"));
  expect(other.code).toBe(1);
  expect(other.document.reports[0].findings).toContainEqual(
    expect.objectContaining({ code: "TENON_CONTRACT_BREAKS", subject: "exports.greet()" }),
  );
});

test("nothing of the plugin is run", async () => {
  expect((await check("failing.js")).code).toBe(0);
});

test("of several plugins the gravest verdict counts", async () => {
  const { code, document } = await check("kitchen.js", "bare.js", "unfinished.js", "missing.js");
  expect(code).toBe(1);
  expect(document.verdict).toBe("breaks");
  expect(document.reports.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
    "fits",
    "unknown",
    "breaks",
    "breaks",
  ]);
  expect((await check("kitchen.js", "bare.js")).code).toBe(3);
});

test("a file that is no plugin breaks, with a finding", async () => {
  const { code, document } = await check("kitchen.wit");
  expect(code).toBe(1);
  expect(document.reports[0].findings[0].code).toBe("TENON_ARTIFACT_UNKNOWN");
});

test.each(["inline", "worker", "worker-pool", "process"])("the %s place is offered", async (place) => {
  expect((await check("kitchen.js", "--place", place)).code).toBe(0);
});

test("contracts are read from .wit, .json and modules", async () => {
  for (const name of ["greeter.wit", "greeter.mts"]) {
    expect((await check("bare.js", "--contract", contract(name))).document.verdict).not.toBe("breaks");
  }
});

test.each<[string, string[], string]>([
  ["one that does not exist", ["--contract", contract("greter.wit")], 'did you mean "greeter.wit"?'],
  ["a module that does not exist", ["--contract", contract("nothing.ts")], "does not exist"],
  ["a module that fails", ["--contract", contract("failing.mjs")], "no contract today"],
  ["a module of several", ["--contract", contract("two.mjs")], "first (test:first@1.0.0), second (test:second@1.0.0)"],
  [
    "one of several that is not there",
    ["--contract", contract("two.mjs"), "--world", "third"],
    'exports no contract "third"',
  ],
  ["a plugin instead", ["--contract", kitchen], "exports no contract"],
])("a contract that cannot be read is a mistake in the command line: %s", async (_what, words, told) => {
  const { code, stdout, stderr } = await runCli(["check", "kitchen.js", ...words]);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain(told);
});

test("one of several contracts is chosen by its export, world or id", async () => {
  for (const world of ["first", "test:first@1.0.0"]) {
    const { document } = await check("bare.js", "--contract", contract("two.mjs"), "--world", world);
    expect(document.verdict).not.toBe("breaks");
  }
});

test("for people: verdict, culprit, cause and cure", async () => {
  const { stdout } = await runCli(["check", "unfinished.js"]);
  expect(stdout).toMatch(
    /^breaks +unfinished\.js \(unfinished, JavaScript module\)\n {2}error .*dismiss\(\).*\[TENON_EXPORT_MISSING\]\n/,
  );
  expect(stdout).toMatch(/^ {4}Cause: /m);
  expect(stdout).toMatch(/^ {4}To fix this: Export a function named "dismiss"/m);
});
