import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildGo as build, newestGo } from "../go/fixtures/go-builds.mjs";
import { run } from "./tools.mjs";

/** A small program that has data, strings, and types of its own. */
const source = `package main

import "os"

type greeter struct{ greeting string }

//go:noinline
func (g greeter) greet(name string) string { return g.greeting + ", " + name }

func main() { os.Stdout.WriteString(greeter{"hello"}.greet("Ada") + "\\n") }
`;

/**
 * Builds a program with Go, without cgo, and gives the file's path.
 *
 * @param target "GOOS/GOARCH".
 */
export function buildGo(target: string, flags: readonly string[] = []): string {
  const [os = "", arch = ""] = target.split("/");
  return build(expectGo(), {
    files: { "go.mod": "module tenon.test/hello\n\ngo 1.20\n", "main.go": source },
    flags,
    environment: { GOOS: os, GOARCH: arch, CGO_ENABLED: "0", GOFLAGS: "-mod=mod" },
  });
}

/** The bytes of {@link buildGo}. */
export function goProgram(target: string, flags: readonly string[] = []): Uint8Array {
  return new Uint8Array(readFileSync(buildGo(target, flags)));
}

interface Part {
  readonly Name: string;
  readonly Address: number;
  readonly Size: number;
  readonly Offset: number;
  readonly FileSize: number;
}

/** What Go's own readers find. */
export interface Facts {
  readonly Segments: readonly Part[] | null;
  readonly Sections: readonly Part[] | null;
  readonly Symbols: readonly { readonly Name: string; readonly Value: number; readonly Section: number }[] | null;
  readonly Libraries: readonly string[] | null;
  readonly Imports: readonly string[] | null;
}

/** Asks Go's debug/macho, debug/pe or debug/elf what is in a file. */
export function goFacts(format: "mach-o" | "pe" | "elf", path: string): Facts {
  const folder = fileURLToPath(new URL("oracle/", import.meta.url));
  const files = Object.fromEntries(
    ["go.mod", "main.go"].map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
  const oracle = build(expectGo(), { files, environment: { CGO_ENABLED: "0" } });
  return JSON.parse(run(oracle, [format, path])) as Facts;
}

function expectGo() {
  if (newestGo === undefined) throw new Error("no Go toolchain is at hand");
  return newestGo;
}
