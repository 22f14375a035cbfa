import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect, describe as suite, test } from "vitest";
import { packageFolder } from "../../../wasm-fixtures/src/packages.js";
import { adderModule } from "./fixtures/adder.mjs";
import { fencesOf, readPages, repository } from "./fixtures/pages.mjs";

const run = promisify(execFile);
const tenonPackage = fileURLToPath(new URL("../..", import.meta.url));
const bundlers = await packageFolder("bundlers").then(
  (folder) => ({ folder, missing: undefined }),
  (cause: unknown) => ({
    folder: "",
    missing: `vite and webpack cannot be installed: ${String(cause).split("\n", 1)[0]}`,
  }),
);

/** The configurations on the page, by the name in their first line. */
const configurations = new Map(
  readPages("docs/bundlers.md").flatMap(({ text }) =>
    fencesOf(text).flatMap((fence) => {
      const [, name] = /^\/\/ (\S+)\n/.exec(fence.text) ?? [];
      return name === undefined ? [] : [[name, fence.text] as const];
    }),
  ),
);

/** A program that opens plugins of several kinds, and prints a line of JSON for each. */
const host = `
import { createHost } from "tenon";
import { contract, t } from "tenon/contract";
import { plugin } from "tenon/guest";
const adder = contract("demo:adder@1.0.0", { exports: { add: t.func([["a", t.s32], ["b", t.s32]], t.s32) } });
const builtin = plugin(adder, () => ({ add: (a, b) => a + b }));
async function main() {
  const host = createHost({ builtins: { adder: builtin } });
  for (const [artifact, place] of [
    ["builtin:adder", "inline"],
    ["adder.wasm", "inline"],
    ["adder.wasm", "worker"],
    ["adder.wasm", "process"],
    ["adder.ts", "worker"],
    ["versioned", "inline"],
  ]) {
    const result = await host.open(artifact, adder, { place }).then(
      (opened) => opened.exports.add(2, 3),
      ({ code, message, fix }) => ({ code, message, fix: fix?.text }),
    );
    console.log(JSON.stringify([artifact, place, result]));
  }
  await host.close();
}
void main();
`;

const versioned = { name: "versioned", version: "1.0.0", main: "adder.wasm", tenon: { requires: { other: "^1.0.0" } } };

const webpackProgram = `
import webpack from "webpack";
import configuration from "./webpack.config.mjs";
webpack(configuration, (error, stats) => {
  if (error ?? stats.hasErrors()) throw error ?? new Error(stats.toString());
});
`;

interface Bundler {
  readonly name: string;
  readonly configuration: string;
  /** What to change for this case: pairs of what is on the page and what stands for it. */
  readonly changes: readonly (readonly [string, string])[];
  /** What to change to bundle Tenon. */
  readonly bundlesTenon: readonly (readonly [string, string])[];
  readonly program: string;
  readonly arguments?: readonly string[];
  readonly output: string;
}

const esbuild = { configuration: "esbuild.config.mjs", program: "esbuild.config.mjs" };
const vite = { program: "node_modules/vite/bin/vite.js", arguments: ["build", "--logLevel", "error", "--config"] };
const webpack = {
  configuration: "webpack.config.mjs",
  program: "run-webpack.mjs",
  bundlesTenon: [
    ["[/^tenon(\\/|$)/]", "[]"],
    ['"production"', '"none"'], // to minify all of Tenon takes half a minute
  ] as const,
};
const cases: readonly Bundler[] = [
  {
    ...esbuild,
    name: "esbuild to an ES module",
    changes: [],
    bundlesTenon: [['["tenon"]', "[]"]],
    output: "host.mjs",
  },
  {
    ...esbuild,
    name: "esbuild to CommonJS",
    changes: [
      ["dist/host.mjs", "dist/host.cjs"],
      ['format: "esm"', 'format: "cjs"'],
    ],
    bundlesTenon: [['["tenon"]', "[]"]],
    output: "host.cjs",
  },
  {
    name: "Vite",
    configuration: "vite.config.mjs",
    ...vite,
    changes: [],
    bundlesTenon: [['external: ["tenon"]', "noExternal: true"]],
    output: "host.mjs",
  },
  {
    name: "Vite to a library",
    configuration: "vite.library.config.mjs",
    ...vite,
    changes: [],
    bundlesTenon: [["/^tenon(\\/|$)/, ", ""]],
    output: "host.mjs",
  },
  { ...webpack, name: "webpack to an ES module", changes: [], output: "host.mjs" },
  {
    ...webpack,
    name: "webpack to CommonJS",
    changes: [
      ['filename: "host.mjs", module: true', 'filename: "host.cjs"'],
      ["  experiments: { outputModule: true },\n", ""],
      ['externalsType: "module"', 'externalsType: "node-commonjs"'],
    ],
    output: "host.cjs",
  },
];

suite("the page docs/bundlers.md", () => {
  test("has a configuration for each bundler", () => {
    expect([...configurations.keys()]).toEqual([
      "esbuild.config.mjs",
      "vite.config.mjs",
      "vite.library.config.mjs",
      "webpack.config.mjs",
    ]);
  });
});

needs(bundlers.missing).describe.each(cases)("a host bundled by $name", (bundler) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tenon-bundlers-"));
    await prepare(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("opens every plugin in every place if tenon is external", async () => {
    await bundle(folder, bundler, bundler.changes);
    expect(await results(folder, bundler)).toEqual([
      ["builtin:adder", "inline", 5],
      ["adder.wasm", "inline", 5],
      ["adder.wasm", "worker", 5],
      ["adder.wasm", "process", 5],
      ["adder.ts", "worker", 5],
      ["versioned", "inline", 5],
    ]);
  });

  test("fails with TENON_BUNDLED where a file is missing if tenon is bundled", async () => {
    await bundle(folder, bundler, [...bundler.changes, ...bundler.bundlesTenon]);
    // The machine that runs the bundle has nothing else.
    await rename(join(folder, "node_modules"), join(folder, "node_modules.away"));
    const bundled = (what: string) => ({
      code: "TENON_BUNDLED",
      message: expect.stringMatching(
        new RegExp(`^the package tenon is bundled into the host's program, so its code cannot load \\S*${what}$`),
      ),
      fix: expect.stringMatching(/esbuild: --external:tenon;.*Vite: .*webpack: externals: /),
    });
    expect(await results(folder, bundler)).toEqual([
      ["builtin:adder", "inline", 5],
      ["adder.wasm", "inline", 5],
      ["adder.wasm", "worker", bundled("places/worker/entry\\.js")],
      ["adder.wasm", "process", bundled("places/process/entry\\.js")],
      ["adder.ts", "worker", bundled("esbuild")],
      ["versioned", "inline", bundled("semver")],
    ]);
  });
});

/** Fills a folder with the host, its plugins, and the packages as if they were installed from a registry. */
async function prepare(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  const manifest = await readFile(join(tenonPackage, "package.json"), "utf8");
  await mkdir(join(folder, "versioned"));
  for (const [path, content] of [
    ["host.mjs", host],
    ["run-webpack.mjs", webpackProgram],
    ["adder.ts", "export const add = (a: number, b: number) => a + b;\n"],
    ["adder.wasm", adderModule],
    ["versioned/adder.wasm", adderModule],
    ["versioned/package.json", JSON.stringify(versioned)],
    ["package.json", JSON.stringify({ private: true })],
  ] as const)
    await writeFile(join(folder, path), content);
  await cp(join(tenonPackage, "bundle"), join(modules, "tenon/bundle"), { recursive: true });
  await writeFile(join(modules, "tenon/package.json"), manifest);
  const links = [
    ...Object.keys((JSON.parse(manifest) as { dependencies: object }).dependencies).map((name) => [repository, name]),
    ...["vite", "webpack"].map((name) => [bundlers.folder, name]),
  ] as const;
  for (const [from = "", name = ""] of links) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(from, "node_modules", name), join(modules, name), "junction");
  }
}

async function bundle(folder: string, bundler: Bundler, changes: Bundler["changes"]): Promise<void> {
  let text = configurations.get(bundler.configuration) ?? "";
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, () => to);
  }
  await writeFile(join(folder, bundler.configuration), text);
  const words = bundler.arguments === undefined ? [] : [...bundler.arguments, bundler.configuration];
  await run(process.execPath, [bundler.program, ...words], { cwd: folder });
}

async function results(folder: string, { output }: Bundler): Promise<unknown> {
  const { stdout, stderr } = await run(process.execPath, [join("dist", output)], { cwd: folder });
  expect(stderr.replace(/^.*ExperimentalWarning: (?:.*\n)+/m, "")).toBe("");
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}
