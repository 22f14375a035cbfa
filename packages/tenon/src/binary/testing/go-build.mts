import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./tools.mjs";
import { workspace } from "./workspace.mjs";

/** A small program with its own data, strings and types. */
const source = `package main

import "os"

type greeter struct{ greeting string }

//go:noinline
func (g greeter) greet(name string) string { return g.greeting + ", " + name }

func main() { os.Stdout.WriteString(greeter{"hello"}.greet("Ada") + "\\n") }
`;

const built = new Map<string, string>();

/**
 * Builds a program with Go, without cgo, and returns the path. Built once in each process.
 *
 * @param target "GOOS/GOARCH".
 */
export function buildGo(target: string, flags: readonly string[] = []): string {
  const key = [target, ...flags].join(" ");
  const known = built.get(key);
  if (known !== undefined) return known;
  const folder = join(workspace(), "hello");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "go.mod"), "module tenon.test/hello\n\ngo 1.20\n");
  writeFileSync(join(folder, "main.go"), source);
  const [os, arch] = target.split("/");
  const path = join(workspace(), `hello-${built.size}`);
  run("go", ["build", "-o", path, ...flags, "."], {
    cwd: folder,
    env: { GOOS: os, GOARCH: arch, CGO_ENABLED: "0", GOFLAGS: "-mod=mod", GOWORK: "off" },
  });
  built.set(key, path);
  return path;
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

/** The results of Go's own readers. */
export interface Facts {
  readonly Segments: readonly Part[] | null;
  readonly Sections: readonly Part[] | null;
  readonly Symbols: readonly { readonly Name: string; readonly Value: number; readonly Section: number }[] | null;
  readonly Libraries: readonly string[] | null;
  readonly Imports: readonly string[] | null;
}

/** Reads a file with Go's debug/macho, debug/pe or debug/elf. */
export function goFacts(format: "mach-o" | "pe" | "elf", path: string): Facts {
  const oracle = join(workspace(), "oracle");
  if (!built.has(oracle)) {
    run("go", ["build", "-o", oracle, "."], {
      cwd: fileURLToPath(new URL("oracle/", import.meta.url)),
      env: { GOWORK: "off", CGO_ENABLED: "0" },
    });
    built.set(oracle, oracle);
  }
  return JSON.parse(run(oracle, [format, path])) as Facts;
}
