import { readTokens, type Token } from "../doctor/go-tokens.js";

const systems: ReadonlySet<string> = new Set(
  "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos".split(
    " ",
  ),
);
const processors: ReadonlySet<string> = new Set(
  (
    "386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 " +
    "ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm"
  ).split(" "),
);

/**
 * Whether a file of a package belongs to a build for wasip1/wasm, by its name and by its `//go:build` line, or by the
 * `// +build` lines of older files.
 *
 * @param minor The minor number of the Go release that builds.
 * Source: go/build, "Build Constraints"; GOOS and GOARCH in file names are the last parts before the extension.
 */
export function belongsToBuild(name: string, source: string, minor: number): boolean {
  if (name.endsWith("_test.go") || /^[._]/.test(name) || !fitsName(name)) return false;
  const lines = linesAbovePackage(source);
  const isTrue = (tag: string) => isSet(tag, minor);
  const line = lines.find((text) => text.startsWith("//go:build "));
  if (line !== undefined) return evaluate(readTokens(line.slice("//go:build ".length)).tokens, isTrue);
  return lines.every((text) => fitsOldLine(text, isTrue));
}

function fitsName(name: string): boolean {
  // The part before the first underscore is never a system.
  const parts = name
    .replace(/\.\w+$/, "")
    .split("_")
    .slice(1);
  const last = parts.at(-1) ?? "";
  const before = parts.at(-2) ?? "";
  if (processors.has(last)) return last === "wasm" && (!systems.has(before) || before === "wasip1");
  return !systems.has(last) || last === "wasip1";
}

/** Returns the comment lines above the package clause, which may be constraints. */
function linesAbovePackage(source: string): readonly string[] {
  const lines: string[] = [];
  for (const line of source.replace(/\/\*[\s\S]*?\*\//g, "").split("\n")) {
    const text = line.trim();
    if (text.startsWith("//")) lines.push(text);
    else if (text !== "") break;
  }
  return lines;
}

/** Evaluates `// +build a,!b c`: true if all parts of at least one word are true. */
function fitsOldLine(text: string, isTrue: (tag: string) => boolean): boolean {
  const words = /^\/\/\s*\+build\s+(.*)$/.exec(text)?.[1]?.split(/\s+/);
  const fits = (part: string) => (part.startsWith("!") ? !isTrue(part.slice(1)) : isTrue(part));
  return words === undefined || words.some((word) => word.split(",").every(fits));
}

function isSet(tag: string, minor: number): boolean {
  if (tag === "wasip1" || tag === "wasm" || tag === "gc") return true;
  const release = /^go1\.(\d+)$/.exec(tag);
  return release !== null && Number(release[1]) <= minor;
}

/** Evaluates `a && (b || !c)`. For an invalid expression, the file is included and the compiler reports the error. */
function evaluate(tokens: readonly Token[], isTrue: (tag: string) => boolean): boolean {
  const words = joinDots(tokens);
  let at = 0;
  const either = (): boolean => {
    let value = both();
    while (words[at] === "|" && words[at + 1] === "|") {
      at += 2;
      value = both() || value;
    }
    return value;
  };
  const both = (): boolean => {
    let value = not();
    while (words[at] === "&" && words[at + 1] === "&") {
      at += 2;
      value = not() && value;
    }
    return value;
  };
  const not = (): boolean => {
    const word = words[at++];
    if (word === undefined) return true;
    if (word === "!") return !not();
    if (word !== "(") return isTrue(word);
    const value = either();
    at++;
    return value;
  };
  return either();
}

/** Joins tokens of tags such as `go1.21`, which are one word in constraints. */
function joinDots(tokens: readonly Token[]): string[] {
  const words: string[] = [];
  for (const { text } of tokens) {
    if (/^\.\d/.test(text) && words.length > 0) words.push((words.pop() ?? "") + text);
    else words.push(text);
  }
  return words;
}
