// A large host and plugin from generated sources: many packages with many functions, as in real large programs.
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.mjs";

const functionsOfPackage = 120;
const casesOfFunction = 24;
const buildLimit = 900_000;

/**
 * Builds both, unless they exist. Sizes in bytes.
 *
 * @param {string} folder
 */
export async function buildLargePrograms(folder, packages = { host: 108, plugin: 30 }) {
  const host = join(folder, "host");
  const plugin = join(folder, "plugin.so");
  if (!existsSync(host) || !existsSync(plugin)) {
    const source = join(folder, "source");
    rmSync(folder, { recursive: true, force: true });
    writeModule(source, Math.max(packages.host, packages.plugin));
    writeMain(join(source, "cmd", "host"), packages.host, hostMain);
    writeMain(join(source, "cmd", "plugin"), packages.plugin, pluginMain);
    await build(source, ["-o", host, "./cmd/host"]);
    await build(source, ["-buildmode=plugin", "-o", plugin, "./cmd/plugin"]);
  }
  return { host, plugin, hostSize: statSync(host).size, pluginSize: statSync(plugin).size };
}

/**
 * @param {string} source
 * @param {readonly string[]} words
 */
async function build(source, words) {
  const { code, stderr } = await runCommand("go", ["build", "-trimpath", ...words], {
    cwd: source,
    env: process.env,
    limit: buildLimit,
  });
  if (code !== 0) throw new Error(`go build ${words.join(" ")} failed:\n${stderr}`);
}

/**
 * @param {string} source
 * @param {number} count
 */
function writeModule(source, count) {
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, "go.mod"), "module example.com/large\n\ngo 1.21\n");
  for (let index = 0; index < count; index++) {
    const folder = join(source, "part", `p${index}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "part.go"), packageSource(index));
  }
}

/** @param {number} index */
function packageSource(index) {
  const functions = Array.from({ length: functionsOfPackage }, (_, at) => functionSource(index, at));
  const all = functions.map((_, at) => `F${at}`).join(", ");
  return `package p${index}\n\nimport "strconv"\n\nvar All = []func(int) string{${all}}\n\n${functions.join("\n")}`;
}

/**
 * @param {number} index
 * @param {number} at
 */
function functionSource(index, at) {
  const cases = Array.from(
    { length: casesOfFunction },
    (_, value) =>
      `\tcase ${value}:\n\t\treturn strconv.Itoa(n*${index + value + 3}) + "part ${index} function ${at} case ${value}" + strconv.Itoa(n+${at})`,
  );
  return `type T${at} struct{ A, B int; C string }\n\nfunc (t *T${at}) Sum() int { return t.A + t.B*${at + 2} + len(t.C) }\n\nfunc F${at}(n int) string {\n\tswitch n % ${casesOfFunction} {\n${cases.join("\n")}\n\t}\n\treturn strconv.Itoa((&T${at}{n, ${at}, "c"}).Sum())\n}\n`;
}

/**
 * @param {string} folder
 * @param {number} count
 * @param {(imports: string, all: string) => string} body
 */
function writeMain(folder, count, body) {
  mkdirSync(folder, { recursive: true });
  const imports = Array.from({ length: count }, (_, index) => `\t"example.com/large/part/p${index}"`).join("\n");
  const all = Array.from({ length: count }, (_, index) => `\tp${index}.All,`).join("\n");
  writeFileSync(join(folder, "main.go"), body(imports, all));
}

/**
 * @param {string} imports
 * @param {string} all
 */
const hostMain = (imports, all) => `package main

import (
	"fmt"
	"net/http"
	"os"
	"plugin"

${imports}
)

var parts = [][]func(int) string{
${all}
}

func main() {
	fmt.Println(http.MethodGet, len(parts), parts[len(os.Args)%len(parts)][0](len(os.Args)))
	for _, path := range os.Args[1:] {
		if _, err := plugin.Open(path); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("opened", path)
	}
}
`;

/**
 * @param {string} imports
 * @param {string} all
 */
const pluginMain = (imports, all) => `package main

import (
${imports}
)

var parts = [][]func(int) string{
${all}
}

func Part(index, function, n int) string { return parts[index][function](n) }
`;
