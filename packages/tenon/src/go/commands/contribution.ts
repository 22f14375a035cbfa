import type { ContributedCheck, ContributedCommand, Contribution } from "../../contributions/index.js";
import { milliseconds } from "../../contributions/read-option.js";

const deps: ContributedCommand = {
  name: "deps",
  description: "Show what a plugin must share with a Go host: release, flags, modules.",
  arguments: [{ name: "<HOST>", description: "the Go program that opens plugins (is only read)" }],
  options: [
    {
      flags: "--format <FORMAT>",
      description: "output format (default: text)",
      choices: ["text", "json", "go.mod", "dockerfile"],
    },
    { flags: "-o, --out <FILE>", description: "output file (default: stdout)" },
    { flags: "--module <PATH>", description: "module path of the plugin, for go.mod (default: example.com/plugin)" },
  ],
  help: `Formats:
  go.mod      a go.mod to start a plugin with: the host's Go release, and its modules at the same versions
  dockerfile  builds a plugin with the host's Go release, C library, variables and flags

Examples:
  tenon go deps ./server
  tenon go deps ./server --format go.mod --module example.com/greet -o go.mod
  tenon go deps ./server --format dockerfile -o Dockerfile`,
  async run({ arguments: [host], options }, context) {
    const { showDependencies } = await import("./deps.js");
    await showDependencies(host, options, context);
  },
};

const build: ContributedCommand = {
  name: "build",
  description: "Build a Go plugin for a host, and verify that the host will open it.",
  arguments: [{ name: "<DIR>", description: "folder of the plugin's main package (is not changed)" }],
  options: [
    { flags: "--for <HOST>", description: "the Go program that opens the plugin (is only read)", required: true },
    { flags: "-o, --out <FILE>", description: "output file, such as greet.so", required: true },
    { flags: "--host-source <DIR>", description: "folder of the host's module, if the plugin imports its packages" },
    { flags: "--pgo <FILE>", description: "profile that the host was optimised with" },
    { flags: "--tags <TAGS>", description: "build tags of the plugin, in addition to the host's" },
    { flags: "--ldflags <FLAGS>", description: "linker flags of the plugin, such as '-s -w'" },
    {
      flags: "--deadline <MS>",
      description: "stop after this many milliseconds; 0 for no limit (default: 1800000)",
      read: milliseconds,
    },
    { flags: "--no-download", description: "do not download the host's Go release if it is not installed" },
    {
      flags: "--sysroot <DIR>",
      description: "root folder of the system that the host runs on (default: / if it runs on this one)",
    },
    { flags: "--dry-run", description: "only print the command that would run" },
  ],
  help: `Builds the plugin with the host's Go release, flags, experiments and module
versions. Packages that both sides use are compiled under the path that they
have in the host. Then checks the result against the host, and writes it only if
the host will open it.

Examples:
  tenon go build --for ./server plugins/greet -o greet.so
  tenon go build --for ./server plugins/greet -o greet.so --dry-run
  tenon go build --for ./server plugins/greet -o greet.so --host-source ../server`,
  async run({ arguments: [folder], options }, context) {
    const commands = await import("./build.js");
    await commands.build(folder, options as import("./build.js").BuildOptions, context);
  },
};

const doctor: ContributedCommand = {
  name: "doctor",
  description: "Find problems in a Go plugin's source.",
  arguments: [{ name: "<DIR>", description: "folder of the plugin's main package" }],
  help: `Reads the source, go.mod, go.work, build scripts and Go's settings; the host is
not needed. If you have the host, tenon go build --for HOST avoids most of these
problems.

Exits with 0 if there are no errors (warnings are allowed), 1 if there are, 2 if
the folder does not exist.

Examples:
  tenon go doctor plugins/greet
  tenon go doctor plugins/greet --json`,
  async run({ arguments: [folder] }, context) {
    const { diagnose } = await import("./doctor.js");
    await diagnose(folder, context);
  },
};

const check: ContributedCheck = {
  usage: "<HOST> <PLUGIN.so...>",
  what: "a Go program, then the Go plugins that it opens, in that order",
  options: [
    {
      flags: "--sysroot <DIR>",
      description: "for Go plugins: root folder of the system that the host runs on; / for this one",
    },
  ],
  help: {
    text: `Given a Go program and Go plugins, predicts what plugin.Open does with each one:
opens, error (with its exact text), crash or hang; unknown if the files do not
tell. Also says how to build a plugin that fits.`,
    example: "tenon check bin/server plugins/auth.so plugins/log.so --sysroot /",
  },
  async takes([first = "", ...others], { sysroot, runtime }, opens) {
    if (sysroot !== undefined) return true;
    if (others.length === 0 || runtime !== undefined) return false;
    const { isProgram } = await import("./recognise-host.js");
    return (await isProgram(first)) && !(await opens(first));
  },
  async run(paths, options, context) {
    const { expectGoArguments } = await import("./check-arguments.js");
    expectGoArguments(paths, options);
    const { checkPlugins } = await import("./check-plugins.js");
    await checkPlugins(paths, options.sysroot as string | undefined, context);
  },
  explain: async (path) => (await import("./recognise-host.js")).explainGoPlugin(path),
};

/** Go plugins, which Go hosts open: `tenon go`, and `tenon check` for them. */
export const goContribution: Contribution = {
  name: "go",
  check,
  commands: [
    {
      name: "go",
      description: "Build Go plugins that fit a Go host.",
      commands: [deps, build, doctor],
      help: `The host is the Go program that calls plugin.Open; only its executable is
needed. The plugin is the folder of a main package that is built with go build
-buildmode=plugin.

Examples:
  tenon go deps ./server                                  show what a plugin must share with the host
  tenon go build --for ./server plugins/greet -o greet.so
  tenon go doctor plugins/greet                           find problems without the host`,
    },
  ],
};
