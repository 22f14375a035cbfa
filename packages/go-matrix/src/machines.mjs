#!/usr/bin/env node
/**
 * `node packages/go-matrix/src/machines.mjs` runs a small matrix on other architectures: 32-bit x86 (REL instead of RELA) with its own
 * loader, and AArch64 in an emulator. Each plugin alone and each pair in both orders is compared with what actually happens. If a
 * compiler or emulator is not installed, the architecture is skipped with a message.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkGoPlugins } from "tenon/go";
import { readOptions } from "./options.mjs";

/**
 * Another architecture: its C compiler, its libraries, and the command that runs its programs.
 *
 * @typedef {{ arch: string; compiler: string; sysroot: string; run: [program: string, ...args: string[]] }} Machine
 */

/**
 * What happens to a plugin, or what Tenon predicts.
 *
 * @typedef {{ outcome?: string; error?: string }} Told
 */

/** @type {Machine[]} */
const machines = [
  {
    arch: "386",
    compiler: "i686-linux-gnu-gcc",
    sysroot: "/usr/i686-linux-gnu",
    run: ["/usr/i686-linux-gnu/lib/ld-linux.so.2", "--library-path", "/usr/i686-linux-gnu/lib"],
  },
  {
    arch: "arm64",
    compiler: "aarch64-linux-gnu-gcc",
    sysroot: "/usr/aarch64-linux-gnu",
    run: ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"],
  },
];
const hostMain = `package main

import (
	"fmt"
	"os"
	"plugin"
)

func main() {
	for _, path := range os.Args[1:] {
		fmt.Println("opening")
		if _, err := plugin.Open(path); err != nil {
			fmt.Printf("%q\\n", err.Error())
		} else {
			fmt.Println("opens")
		}
	}
}
`;
const pluginMain =
  'package main\n\nimport "fmt"\n\nfunc Greet(name string) string { return fmt.Sprint("hello ", name) }\n';
const buildLimit = 900_000;

const { cache } = readOptions();
let wrong = 0;
for (const machine of machines) {
  const missing = [machine.compiler, machine.run[0]].find((tool) => spawnSync(tool, ["--version"]).error !== undefined);
  if (missing !== undefined) console.log(`linux/${machine.arch}: skipped: ${missing} is not installed`);
  else wrong += await tryMachine(machine);
}
process.exitCode = wrong > 0 ? 1 : 0;

/** @param {Machine} machine */
async function tryMachine(machine) {
  const folder = join(cache, "machines", machine.arch);
  mkdirSync(folder, { recursive: true });
  const { hosts, plugins } = buildAll(folder, machine);
  const sequences = [...plugins.map((one) => [one]), ...plugins.flatMap((one) => plugins.map((two) => [one, two]))];
  let [right, told, unknown, count] = [0, 0, 0, 0];
  for (const host of hosts) {
    for (const names of sequences) {
      const real = reallyOpen(machine, folder, host, names);
      const withLibraries = await verdicts(folder, host, names, machine.sysroot);
      const without = await verdicts(folder, host, names);
      for (const [index, truth] of real.entries()) {
        if (truth === undefined) continue;
        count++;
        if (isSame(withLibraries[index], truth)) right++;
        else console.log(`  ${host}, ${names}: actually ${say(truth)}, predicted ${say(withLibraries[index])}`);
        if (without[index]?.outcome === "unknown") unknown++;
        else if (isSame(without[index], truth)) told++;
        else
          console.log(
            `  ${host}, ${names}: actually ${say(truth)}, predicted without a sysroot ${say(without[index])}`,
          );
      }
    }
  }
  console.log(
    `linux/${machine.arch}: ${right} of ${count} in outcome and text; without a sysroot ${told} of ${count - unknown}, ${unknown} unknown`,
  );
  return 2 * count - right - told - unknown;
}

/**
 * @param {string} folder
 * @param {Machine} machine
 */
function buildAll(folder, { arch, compiler }) {
  /**
   * @param {string} name
   * @param {string} source
   * @param {string} module
   * @param {readonly string[]} flags
   */
  const go = (name, source, module, flags) => {
    const output = join(folder, name);
    if (existsSync(output)) return;
    const place = join(folder, "source", name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "go.mod"), `module example.com/${module}\n\ngo 1.21\n`);
    writeFileSync(join(place, "main.go"), source);
    const environment = { GOARCH: arch, CGO_ENABLED: "1", CC: compiler, GOFLAGS: "-buildvcs=false" };
    run("go", ["build", ...flags, "-o", output, "."], { cwd: place, env: { ...process.env, ...environment } });
  };
  go("host-trimpath", hostMain, "host", ["-trimpath"]);
  go("host-plain", hostMain, "host", []);
  /**
   * @param {string} name
   * @param {string} module
   * @param {string[]} flags
   */
  const plugin = (name, module, ...flags) => go(name, pluginMain, module, ["-buildmode=plugin", ...flags]);
  plugin("trimpath.so", "one", "-trimpath");
  plugin("plain.so", "two");
  plugin("stripped.so", "three", "-trimpath", "-ldflags=-s -w");
  plugin("sysv-hash.so", "four", "-trimpath", "-ldflags=-extldflags=-Wl,--hash-style=sysv");
  const source = join(folder, "library.c");
  writeFileSync(source, "int answer(void) { return 42; }\n");
  run(compiler, ["-shared", "-fPIC", "-o", join(folder, "library.so"), source]);
  writeFileSync(join(folder, "text.so"), "no plugin at all\n".repeat(20));
  copyFileSync(join(folder, "trimpath.so"), join(folder, "cut.so"));
  truncateSync(join(folder, "cut.so"), statSync(join(folder, "cut.so")).size >> 1);
  // The same file for another machine, which only the number in its header shows.
  const foreign = readFileSync(join(folder, "trimpath.so"));
  foreign[18] = 62;
  writeFileSync(join(folder, "foreign.so"), foreign);
  return {
    hosts: ["host-trimpath", "host-plain"],
    plugins: [
      "trimpath.so",
      "plain.so",
      "stripped.so",
      "sysv-hash.so",
      "library.so",
      "text.so",
      "cut.so",
      "foreign.so",
    ],
  };
}

/**
 * What actually happens to each plugin; `undefined` for those that are not reached.
 *
 * @param {Machine} machine
 * @param {string} folder
 * @param {string} host
 * @param {readonly string[]} names
 * @returns {(Told | undefined)[]}
 */
function reallyOpen({ run: words }, folder, host, names) {
  const [program, ...args] = words;
  const { stdout } = spawnSync(program, [...args, `./${host}`, ...names], {
    cwd: folder,
    encoding: "utf8",
    timeout: 60_000,
  });
  const answers = stdout.split("opening\n").slice(1);
  return names.map((_, index) => {
    const answer = answers[index]?.trim();
    if (answer === undefined) return undefined;
    if (answer === "") return { outcome: "crash" };
    return answer === "opens" ? { outcome: "opens" } : { outcome: "error", error: JSON.parse(answer) };
  });
}

/**
 * @param {string} folder
 * @param {string} host
 * @param {readonly string[]} names
 * @param {string} [sysroot]
 */
async function verdicts(folder, host, names, sysroot) {
  const options = { cwd: folder, ...(sysroot === undefined ? {} : { sysroot }) };
  return (await checkGoPlugins(join(folder, host), names, options)).results;
}

/**
 * @param {Told | undefined} verdict
 * @param {Told} truth
 */
function isSame(verdict, truth) {
  return verdict?.outcome === truth.outcome && (truth.outcome !== "error" || verdict?.error === truth.error);
}

/** @param {Told} [told] */
function say({ outcome, error } = {}) {
  return error === undefined ? outcome : `${outcome} ${error}`;
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string; env?: NodeJS.ProcessEnv }} [options]
 */
function run(program, args, options = {}) {
  const { status, stderr } = spawnSync(program, args, { ...options, encoding: "utf8", timeout: buildLimit });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${stderr}`);
}
