/** Variants of the plugin: the shared ones, and those that apply only to plugins. */
import { replaced, sourceFiles } from "../sources.mjs";
import { inModuleFile, sharedVariants } from "./shared.mjs";

/** @import { BuildContext, Edit, Files, RolelessVariant, Step, Variant } from "../types.js" */

const trim = ["-trimpath"];

/** @type {Edit} */
const usesHost = (files) => {
  files["main.go"] = replaced(
    files["main.go"],
    '\t"example.com/dep"\n',
    '\t"example.com/dep"\n\t"example.com/host/contract"\n',
  );
  files["main.go"] = replaced(files["main.go"], "Level: dep.Small()", "Level: int(contract.Default()) + dep.Small()");
};

/** @type {Edit} */
const requiresHost = (files) => {
  usesHost(files);
  inModuleFile(["require example.com/host v1.0.0"])(files);
};

/**
 * Puts the host's sources next to the plugin's, with a replace line for them.
 *
 * @type {Edit}
 */
const replacesHost = (files) => {
  requiresHost(files);
  inModuleFile(["replace example.com/host => ./beside"])(files);
  besideHost(files);
};

/**
 * Puts the host's sources next to the plugin's, with a go.work for both.
 *
 * @type {Edit}
 */
const workspace = (files) => {
  requiresHost(files);
  besideHost(files);
  files["go.work"] = "go 1.19\n\nuse (\n\t.\n\t./beside\n)\n";
};

/** @param {Files} files */
function besideHost(files) {
  for (const [path, text] of Object.entries(sourceFiles("host"))) files[`beside/${path}`] = text;
}

const tidyWithoutWorkspace = [
  ["sh", "-c", "cd beside && GOWORK=off {go} mod tidy"],
  ["sh", "-c", "GOWORK=off {go} mod tidy"],
];
const inWorkspace = { GOWORK: "{source}/go.work", GOFLAGS: "-modcacherw -buildvcs=false" };

/**
 * Makes the plugin a package of the host's module.
 *
 * @type {Edit}
 */
const insideHost = (files) => {
  const plugin = { ...files };
  usesHost(plugin);
  for (const path of Object.keys(files)) delete files[path];
  Object.assign(files, sourceFiles("host"), { "plugins/inside/main.go": plugin["main.go"] });
};

/**
 * Adds code that the plugin runs while it is opened.
 *
 * @type {(code: string) => Edit}
 */
const atInit = (code) => (files) => {
  files["init.go"] = `package main\n\nimport "os"\n\nvar place = os.Args[0]\n\nfunc init() { ${code} }\n`;
};

/**
 * Adds text to the C side of the plugin.
 *
 * @type {(code: string, use: string) => Edit}
 */
const withC = (code, use) => (files) => {
  files["native.go"] =
    `package main\n\n/*\n${code}\n*/\nimport "C"\n\n// Native calls C.\nfunc Native() int { return int(${use}) }\n`;
};

/** @param {number} size */
const threadLocal = (size) =>
  withC(
    `static __thread char block[${size}] __attribute__((tls_model("initial-exec")));\nint take(int at) { return block[at]++; }`,
    "C.take(1)",
  );

/** @type {(text: string) => Edit} */
const replaceMain = (text) => (files) => {
  files["main.go"] = text;
};

/** @returns {Variant[]} */
export function pluginVariants() {
  /** @type {RolelessVariant[]} */
  const variants = [
    { name: "requires-host", flags: trim, edit: requiresHost, quick: true },
    { name: "requires-host-plain", edit: requiresHost },
    { name: "replaces-host", flags: trim, edit: replacesHost, quick: true },
    { name: "replaces-host-plain", edit: replacesHost },
    {
      name: "workspace-host",
      flags: trim,
      edit: workspace,
      prepare: tidyWithoutWorkspace,
      env: inWorkspace,
      quick: true,
    },
    { name: "workspace-host-plain", edit: workspace, prepare: tidyWithoutWorkspace, env: inWorkspace },
    {
      name: "inside-host",
      edit: insideHost,
      command: [["{go}", "build", "-buildmode=plugin", ...trim, "-o", "{out}", "./plugins/inside"]],
      quick: true,
    },
    { name: "pluginpath", flags: [...trim, "-ldflags=-pluginpath=example.com/other"], quick: true },
    { name: "pluginpath-empty", flags: [...trim, "-ldflags=-s -w -pluginpath="] },
    { name: "same-module-first", flags: trim, module: "example.com/plugins/same", quick: true },
    {
      name: "same-module-second",
      flags: trim,
      module: "example.com/plugins/same",
      edit(files) {
        files["main.go"] = replaced(files["main.go"], '"hello "', '"good morning "');
      },
      quick: true,
    },
    { name: "file-list", command: [["{go}", "build", "-buildmode=plugin", ...trim, "-o", "{out}", "main.go"]] },
    { name: "symbolic", flags: [...trim, "-ldflags=-extldflags=-Wl,-Bsymbolic"], quick: true },
    { name: "symbolic-functions", flags: [...trim, "-ldflags=-extldflags=-Wl,-Bsymbolic-functions"] },
    { name: "c-shared", command: [["{go}", "build", "-buildmode=c-shared", ...trim, "-o", "{out}", "."]], quick: true },
    { name: "exports-nothing", flags: trim, edit: replaceMain("package main\n\nfunc main() {}\n"), quick: true },
    {
      name: "small",
      flags: trim,
      edit: replaceMain(
        'package main\n\n// Describe answers.\nfunc Describe() string { return "small" }\n\nfunc main() {}\n',
      ),
      quick: true,
    },
    {
      name: "imports-more",
      flags: trim,
      edit(files) {
        files["more.go"] =
          'package main\n\nimport "net/http"\n\n// Client is of a package that no host has.\nvar Client = http.DefaultClient\n';
      },
    },
    {
      name: "panics",
      flags: trim,
      edit: atInit('if place != "" { panic("no") }'),
      unforeseeable: "panics in init",
    },
    { name: "exits", flags: trim, edit: atInit('if place != "" { os.Exit(3) }'), unforeseeable: "exits in init" },
    { name: "starts-goroutine", flags: trim, edit: atInit("go func() { select {} }()") },
    ...[
      0x20, 0x80, 0x100, 0x180, 0x200, 0x300, 0x400, 0x600, 0x640, 0x660, 0x680, 0x6a0, 0x6c0, 0x700, 0x800, 0x1000,
      0x4000,
    ].map((size) => ({
      name: `thread-local-${size.toString(16)}`,
      flags: trim,
      edit: threadLocal(size),
    })),
    {
      name: "undefined-symbol",
      flags: [...trim, "-ldflags=-extldflags=-Wl,--unresolved-symbols=ignore-all"],
      edit: withC("int absent_function(void);", "C.absent_function()"),
    },
    { name: "gold", flags: [...trim, "-ldflags=-extldflags=-fuse-ld=gold"] },
    { name: "sysv-hash", flags: [...trim, "-ldflags=-extldflags=-Wl,--hash-style=sysv"] },
    { name: "lazy-binding", flags: [...trim, "-ldflags=-extldflags=-Wl,-z,lazy"] },
    { name: "packed-relocations", flags: [...trim, "-ldflags=-extldflags=-Wl,-z,pack-relative-relocs"] },
    { name: "musl", flags: trim, env: { CC: "musl-gcc" }, rare: true },
    { name: "packed", from: "trimpath", after: [["upx", "-q", "-1", "{out}"]] },
    { name: "symbol-lost", from: "trimpath", after: [renamedSymbol(".Describe", ".Describf")], quick: true },
    {
      name: "symbols-lost",
      from: "trimpath",
      after: [renamedSymbol(".Describe", ".Describf"), renamedSymbol(".Plugin", ".Plugim")],
    },
    { name: "without-ending", from: "trimpath", ending: "" },
    { name: "other-ending", from: "trimpath", ending: ".plugin" },
    { name: "long ünïcode näme", from: "trimpath" },
    { name: `${"n".repeat(200)}`, from: "trimpath" },
  ];
  return [
    ...sharedVariants("plugin"),
    ...variants.map((variant) => ({ ...variant, role: /** @type {const} */ ("plugin") })),
  ];
}

/**
 * Renames the dynamic symbol with the given suffix by changing its string.
 *
 * @param {string} from
 * @param {string} to
 * @returns {Step}
 */
function renamedSymbol(from, to) {
  /** @param {BuildContext} context */
  const step = async ({ out }) => {
    const { readFileSync, writeFileSync } = await import("node:fs");
    const bytes = readFileSync(out);
    const name = `example.com/plugins/trimpath${from}\0`;
    let count = 0;
    for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) {
      bytes.write(to, at + name.length - 1 - from.length);
      count++;
    }
    if (count === 0) throw new Error(`no ${name} in ${out}`);
    writeFileSync(out, bytes);
  };
  return Object.assign(step, { toString: () => `rename ${from} to ${to}` });
}
