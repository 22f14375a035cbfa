import { stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { runCommand } from "../../build/index.js";
import type { TenonError } from "../../errors/error.js";
import {
  type CPart,
  cCompilerMissing,
  cCompilerUnsuitable,
  cLinkerMissing,
  cTargetMissing,
} from "../../errors/factories/c.js";
import { compilerEnvironment } from "./environment.js";
import { installationOf } from "./installation.js";

/** A C compiler that makes WebAssembly. */
export interface Compiler {
  /** The command that compiles and links: `["/usr/bin/clang"]`, `["zig", "cc"]`. */
  readonly command: readonly string[];
  /** What it says it is: `Debian clang version 14.0.6`. */
  readonly version: string;
  /** For people: `clang (Debian clang version 14.0.6, with a C library)`. */
  readonly description: string;
  /** Whether it has a C library for WASI; without one, plugins have what `tenon.h` offers. */
  readonly hasLibrary: boolean;
  /** The parts that it lacks for a C library. */
  readonly missing: readonly CPart[];
  readonly isZig: boolean;
}

const names = ["clang", ...Array.from({ length: 12 }, (_, at) => `clang-${25 - at}`)];
const known = new Map<string, Promise<Compiler | Unusable>>();

/** Why a command is no C compiler for WebAssembly. */
interface Unusable {
  readonly command: readonly string[];
  /** What it says it is; `undefined` if it cannot be run. */
  readonly version: string | undefined;
  readonly lacks: "clang" | "target" | "linker";
}

/**
 * Returns the compiler that was asked for, or the first of: what CC in the environment names, clang, zig.
 *
 * @param chosen a command with its first words: `clang-19`, `zig cc`.
 * @throws TENON_TOOLCHAIN_MISSING
 */
export async function findCompiler(chosen: string | undefined): Promise<Compiler> {
  const candidates = chosen === undefined ? [...inEnvironment(), ...names, "zig cc"] : [chosen];
  const unusable: Unusable[] = [];
  for (const candidate of candidates) {
    const key = `${process.env.PATH} ${candidate}`;
    let probing = known.get(key);
    if (probing === undefined) {
      probing = probe(candidate.split(/\s+/).filter((word) => word !== ""));
      known.set(key, probing);
    }
    const found = await probing;
    if ("hasLibrary" in found) return found;
    // What is missing now may be installed before the next build.
    known.delete(key);
    unusable.push(found);
  }
  // A clang that lacks a part helps more than a list of commands that do not exist.
  const incomplete =
    unusable.find(({ lacks }) => lacks === "linker") ?? unusable.find(({ lacks }) => lacks === "target");
  const [first] = unusable;
  if (incomplete !== undefined) throw await whyUnusable(incomplete);
  if (chosen !== undefined && first !== undefined) throw await whyUnusable(first);
  throw cCompilerMissing(await installationOf(["linker", "library", "runtime"]));
}

/** Makes the next build look for compilers and their libraries again, since something was missing. */
export function forgetCompilers(): void {
  known.clear();
}

async function whyUnusable({ command, version, lacks }: Unusable): Promise<TenonError> {
  const name = command.join(" ");
  if (version === undefined || lacks === "clang") return cCompilerUnsuitable(name, version);
  if (lacks === "target") return cTargetMissing(name, version);
  return cLinkerMissing(name, version, await installationOf(["linker"], name, version));
}

/** CC usually names a compiler for this machine only: it counts if it can also make WebAssembly. */
function inEnvironment(): readonly string[] {
  const { CC } = process.env;
  return CC === undefined || CC.trim() === "" ? [] : [CC];
}

async function probe(command: readonly string[]): Promise<Compiler | Unusable> {
  const [file = "", ...first] = command;
  const environment = compilerEnvironment();
  const ask = async (...words: string[]) => {
    const { code, stdout } = await runCommand(file, [...first, ...words], { folder: process.cwd(), environment });
    return code === 0 ? stdout.trim() : undefined;
  };
  const version = (await ask("--version"))?.split("\n")[0];
  if (version === undefined || !/clang/i.test(version)) return { command, version, lacks: "clang" };
  const isZig = command.at(-1) === "cc";
  if (isZig) {
    const description = `${command.join(" ")} (${version})`;
    return { command, version, description, hasLibrary: true, missing: [], isZig };
  }
  const target = "--target=wasm32-wasi";
  const [targets, linker, library, runtime] = await Promise.all([
    ask("-print-targets"),
    ask(target, "-print-prog-name=wasm-ld"),
    ask(target, "-print-file-name=crt1-reactor.o"),
    ask(target, "-rtlib=compiler-rt", "-print-libgcc-file-name"),
  ]);
  if (!/wasm32/.test(targets ?? "wasm32")) return { command, version, lacks: "target" };
  if (!(await exists(linker))) return { command, version, lacks: "linker" };
  const parts = { library, runtime };
  const missing: CPart[] = [];
  for (const part of ["library", "runtime"] as const) if (!(await exists(parts[part]))) missing.push(part);
  const hasLibrary = missing.length === 0;
  const description = `${command.join(" ")} (${version}, ${hasLibrary ? "with" : "without"} a C library)`;
  return { command, version, description, hasLibrary, missing, isZig };
}

/** Whether a tool or library exists. Clang prints the bare name of one that it does not find. */
async function exists(path: string | undefined): Promise<boolean> {
  return path !== undefined && isAbsolute(path) && (await stat(path).catch(() => undefined))?.isFile() === true;
}
