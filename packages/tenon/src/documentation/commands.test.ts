import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { javascript, typescript } from "../runtimes/js/templates/index.js";
import { literalsAfter, placeholder } from "./fixtures/literals.mjs";
import { fencesOf, inlineCodeOf, lineAt, readPages, repository } from "./fixtures/pages.mjs";
import { helpTexts, isCommandName, problemOfCommand } from "./fixtures/parse-command.mjs";
import { shellCommands } from "./fixtures/shell.mjs";

const pages = readPages("README.md", "docs/*.md", "guest/*/README.md");
const sources = fileURLToPath(new URL("..", import.meta.url));
const factories = join(sources, "errors/factories");

/** Programs that a fix may ask the reader to run, besides Tenon itself. */
const otherPrograms = [
  ...["npm", "npx", "node", "tsc", "kill", "ulimit"],
  ...["go", "cargo", "rustup", "clang", "zig"],
  ...["apt-get", "apt", "sudo", "brew"],
  ...["cd", "cp", "mv", "rm", "mkdir", "chmod", "chown", "echo", "touch", "unzip", "upx"],
];

/** Tenon's words in a shell command, or `undefined` for the command of another program. */
function tenonWords(words: readonly string[]): readonly string[] | undefined {
  const rest = words[0] === "npx" ? words.slice(1) : words;
  return rest[0] === "tenon" ? rest.slice(1) : undefined;
}

/** Everything that is wrong with Tenon's commands in lines of shell. */
function problemsOfLines(text: string, where: (line: number) => string): string[] {
  return text.split("\n").flatMap((line, index) =>
    shellCommands(line).flatMap((command) => {
      const words = tenonWords(command);
      const problem = words === undefined ? undefined : problemOfCommand(words);
      return problem === undefined ? [] : [`${where(index)}: ${line.trim()}: ${problem}`];
    }),
  );
}

/** The same for inline code, where a command without its arguments only names it: "`tenon run --watch` waits for changes". */
function problemsOfInlineCode(text: string, where: (line: number) => string): string[] {
  return inlineCodeOf(text).flatMap((code) => {
    const words = tenonWords(code.text.split(" "));
    if (words === undefined || words.length === 0) return []; // `tenon` itself
    const isName = isCommandName(words.filter((word) => !word.startsWith("-")));
    return problemsOfLines(code.text, () => where(code.line)).filter((problem) => !(isName && isIncomplete(problem)));
  });
}

function isIncomplete(problem: string): boolean {
  return /missing required argument|a command is missing|required option '.*' not specified/.test(problem);
}

function problemsOfPage({ path, text }: { readonly path: string; readonly text: string }): string[] {
  const fences = fencesOf(text).filter(({ language }) => language === "sh");
  return [
    ...fences.flatMap((fence) => problemsOfLines(fence.text, (line) => `${path}:${fence.line + line}`)),
    ...problemsOfInlineCode(text, (line) => `${path}:${line}`),
  ];
}

describe("the check itself", () => {
  test.each([
    ["tenon check plugin.ts --contract host.wit  # a remark"],
    ["npx tenon check a.wasm && npx tenon run a.wasm greet Ada > out.txt"],
    ["source <(tenon completion bash)"],
    ["tenon contract diff contract.{ts,wit}"],
    [`tenon run . greet Ada --settings '{"greeting": "Welcome"}'`],
    [`tenon run ${placeholder} --place ${placeholder} --deadline ${placeholder}`],
    ["tenon check --help"],
    ["npm test"],
  ])("accepts %s", (line) => {
    expect(problemsOfLines(line, () => "here")).toEqual([]);
  });

  test.each([
    ["tenon chekc plugin.ts", "unknown command 'chekc'"],
    ["tenon chekc --help", "unknown command 'chekc'"],
    ["tenon check plugin.ts --contrct host.wit", "unknown option '--contrct'"],
    ["npx tenon run", "missing required argument 'PLUGIN'"],
    ["tenon contract diff old.wit", "missing required argument 'PLUGIN'"],
    ["tenon go build plugins/auth -o auth.so", "required option '--for <HOST>' not specified"],
    ["tenon run a.wasm --place nowhere", "argument 'nowhere' is invalid"],
    ["tenon contract convrt a.wit --to json", "unknown command 'convrt'"],
    ["cd plugins && tenon inspect a b", "too many arguments"],
    ["tenon contract", "a command is missing"],
  ])("rejects %s", (line, problem) => {
    expect(problemsOfLines(line, () => "here")).toEqual([expect.stringContaining(problem)]);
  });

  test("reads fenced blocks and inline code of a page, and no other code", () => {
    const page = [
      "`tenon chekc`, `tenon check`, `tenon run --watch`, `tenon contract`, `tenon`",
      "```sh",
      "tenon lst",
      "```",
      "```ts",
      "tenon x",
      "```",
    ];
    const problems = problemsOfPage({ path: "page.md", text: page.join("\n") });
    expect(problems).toEqual([expect.stringContaining("page.md:3: tenon lst"), expect.stringContaining("page.md:1:")]);
  });

  test("reads commands out of program text", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program
    const source = 'fix: { command: `tenon run ${isNew ? `${a}` : { b }} x` }, command: "npm ci", command: other';
    expect(literalsAfter(source, /\bcommand:\s*/g).map(({ text }) => text)).toEqual([
      `tenon run ${placeholder} x`,
      "npm ci",
    ]);
  });
});

test.each(pages.map((page) => [page.path, page] as const))("the commands of %s parse", (_, page) => {
  expect(problemsOfPage(page)).toEqual([]);
});

test("the scripts that pages run with npm exist", () => {
  const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { scripts: object };
  const missing = [...pages, ...readPages("CONTRIBUTING.md")].flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm run ([\w:-]+)/g)].flatMap(([, name = ""]) =>
      name in scripts ? [] : [`${path}: ${name}`],
    ),
  );
  expect(missing).toEqual([]);
});

test.each([...helpTexts()])("the examples in the help of %s parse", (path, text) => {
  const examples = /^Examples:\n((?: {2}.*\n?)+)/m.exec(text)?.[1] ?? "";
  // A remark stands behind two spaces or more.
  const commands = examples
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/ {2,}/)[0] ?? "");
  expect(commands.filter((command) => /\btenon\b/.test(command))).toHaveLength(commands.length);
  expect([
    ...problemsOfLines(commands.join("\n"), () => `${path} --help`),
    ...problemsOfInlineCode(text, () => `${path} --help`),
  ]).toEqual([]);
});

const newFiles = Object.entries({ typescript, javascript }).flatMap(([language, templates]) =>
  Object.entries(templates).map(([kind, make]) => [kind, language, make({ name: "hello", tenon: "0.1.0" })] as const),
);
test.each(newFiles)("the commands in a new %s in %s parse", (_kind, _language, files) => {
  const { scripts = {} } = JSON.parse(files["package.json"] ?? "{}") as { scripts?: Record<string, string> };
  expect([
    ...problemsOfPage({ path: "README.md", text: files["README.md"] ?? "" }),
    ...Object.values(scripts).flatMap((script) => problemsOfLines(script, () => "package.json")),
  ]).toEqual([]);
});

describe("the commands of fixes", () => {
  test("come from factories that can be loaded", async () => {
    const files = programFiles(factories);
    expect(files).not.toEqual([]);
    for (const file of files) {
      const exported = Object.values((await import(pathToFileURL(file).href)) as object);
      expect(
        exported.some((value) => typeof value === "function"),
        relative(sources, file),
      ).toBe(true);
    }
  });

  test("parse, or begin with a program that is known", () => {
    expect(programFiles(sources).flatMap(problemsOfFile)).toEqual([]);
  });
});

// Not on a line of a comment.
const commandFields = /(?<!^\s*(?:\/\/|\/?\*).*)\bcommand:\s*/gm;
const commandTexts = /(?<!^\s*(?:\/\/|\/?\*).*)(?=["'`](?:npx )?tenon )/gm;

/** What is wrong with the commands of fixes in one file. In a factory, every text that begins like a command is one. */
function problemsOfFile(file: string): string[] {
  const source = readFileSync(file, "utf8");
  const literals = [
    ...literalsAfter(source, commandFields),
    ...(file.startsWith(factories) ? literalsAfter(source, commandTexts) : []),
  ];
  const problems = literals.flatMap(({ text, offset }) => {
    const where = `${relative(sources, file)}:${lineAt(source, offset)}`;
    const strangers = shellCommands(text).flatMap(([program = ""]) =>
      program === "tenon" || otherPrograms.includes(program) || program.includes(placeholder)
        ? []
        : [`${where}: ${text}: "${program}" is not a known program`],
    );
    return [...strangers, ...problemsOfLines(text, () => where)];
  });
  return [...new Set(problems)];
}

function programFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test|\.test-d)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/[\\/]fixtures[\\/]/.test(file))
    .sort();
}
