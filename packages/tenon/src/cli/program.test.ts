import { expect, test } from "vitest";
import { runCli, runJson } from "./fixtures/in-process.mjs";
import { kitchen } from "./fixtures/start-cli.mjs";
import { placeNames } from "./options/option-values.js";
import { separateInspectAddress } from "./program.js";

const commands = [
  ["new"],
  ["check"],
  ["build"],
  ["inspect"],
  ["run"],
  ["serve"],
  ["contract"],
  ["contract", "convert"],
  ["contract", "diff"],
  ["contract", "fingerprint"],
  ["list"],
  ["go"],
  ["go", "deps"],
  ["go", "build"],
  ["go", "doctor"],
  ["completion"],
];

test("the program's help names every command, the exit codes and examples", async () => {
  const { code, stdout, stderr } = await runCli(["--help"]);
  expect(code).toBe(0);
  expect(stderr).toBe("");
  for (const [name] of commands) expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, "m"));
  expect(stdout).toContain("Exit codes:");
  expect(stdout).toContain("Examples:");
  expect(stdout).not.toContain("--inspect-address");
});

test.each(commands)("%s %s has help with examples", async (...words) => {
  const { code, stdout } = await runCli([...words.filter((word) => word !== undefined), "--help"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/Examples:\n {2}\S*\btenon|source </);
  expect(stdout).toContain("--json");
});

test("the version is the package's", async () => {
  const { code, stdout } = await runCli(["--version"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each<[string, string[], string]>([
  ["no command", [], "missing command"],
  ["a group without a command", ["contract"], "tenon contract --help"],
  ["a misspelled command", ["chek"], "unknown command 'chek': did you mean check?"],
  ["a misspelled option", ["check", kitchen, "--contrct", "x"], "did you mean --contract?"],
  [
    "a misspelled place",
    ["check", kitchen, "--place", "wroker"],
    'unknown place "wroker"; use inline, worker, worker-pool or process; did you mean "worker"?',
  ],
  ["a missing argument", ["check"], "missing required argument 'PLUGIN'"],
  ["an argument too many", ["inspect", kitchen, "more"], "too many arguments"],
  [
    "an invalid value of an option",
    ["run", kitchen, "nothing", "--deadline", "soon"],
    '--deadline: "soon" is not valid: expected milliseconds, such as 5000; 0 for no limit',
  ],
])("%s is a usage error", async (_what, words, message) => {
  const { code, stdout, stderr } = await runCli(words);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^error: .*\[TENON_USAGE\]/);
  expect(stderr).toContain(message);
  expect(stderr).toContain("To fix this:");
  expect(stderr).not.toMatch(/^ +at /m);
});

test("with --json an error is a document on stdout", async () => {
  const { code, document, stderr } = await runJson(["chek"]);
  expect(code).toBe(2);
  expect(document.error).toMatchObject({
    code: "TENON_USAGE",
    message: expect.stringContaining("chek"),
    fix: { text: expect.any(String) },
  });
  expect(document.error).not.toHaveProperty("stack");
  expect(stderr).toBe("");
});

test("help and validation name the same places", async () => {
  const choices = `(choices: ${placeNames.map((name) => `"${name}"`).join(", ")})`;
  for (const command of ["check", "run", "serve"]) {
    const { stdout } = await runCli([command, "--help"]);
    expect(stdout.replace(/\s+/g, " ")).toContain(choices);
  }
});

test("where npm started the program, commands to paste start with npx", async () => {
  const { stderr } = await runCli(["chek"], { environment: { npm_execpath: "/usr/lib/npm-cli.js" } });
  expect(stderr).toMatch(/^ {4}npx tenon --help$/m);
  expect((await runCli(["chek"])).stderr).toMatch(/^ {4}tenon --help$/m);
});

test("--inspect takes an address only after =, and nothing after --", () => {
  const words = ["run", "kitchen.js", "--inspect", "repeat", "--inspect=0", "--", "--inspect=1"];
  expect(separateInspectAddress(words)).toEqual(words.with(4, "--inspect-address=0"));
});
