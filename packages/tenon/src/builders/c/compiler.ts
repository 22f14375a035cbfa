import { stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { errors } from "../../errors/index.js";
import { run } from "./run.js";

/** A C compiler that makes WebAssembly. */
export interface Compiler {
  /** The command that compiles and links: `["/usr/bin/clang"]`, `["zig", "cc"]`. */
  readonly command: readonly string[];
  /** For people: `Debian clang version 14.0.6 (clang, wasi-libc)`. */
  readonly description: string;
  /** Whether it has a C library for WASI; without one, plugins have what `tenon.h` offers. */
  readonly hasLibrary: boolean;
  readonly isZig: boolean;
}

const names = ["clang", ...Array.from({ length: 12 }, (_, at) => `clang-${25 - at}`)];
const known = new Map<string, Promise<Compiler | undefined>>();

/**
 * The compiler that is asked for, or the first of: what the environment's CC names, clang, zig.
 *
 * @param chosen a command with its first words: `clang-19`, `zig cc`.
 * @throws TENON_TOOLCHAIN_MISSING
 */
export async function findCompiler(chosen: string | undefined): Promise<Compiler> {
  const candidates = chosen === undefined ? [...inEnvironment(), ...names, "zig cc"] : [chosen];
  for (const candidate of candidates) {
    const key = `${process.env.PATH} ${candidate}`;
    let probing = known.get(key);
    if (probing === undefined) {
      probing = probe(candidate.split(/\s+/).filter((word) => word !== ""));
      known.set(key, probing);
    }
    const found = await probing;
    if (found !== undefined) return found;
    // What is missing now may be installed later.
    known.delete(key);
  }
  throw errors.TENON_TOOLCHAIN_MISSING({
    message:
      chosen === undefined
        ? "there is no C compiler for WebAssembly: neither clang with wasm-ld nor zig is on PATH"
        : `${chosen} is not a C compiler that makes WebAssembly`,
    subject: chosen ?? "clang",
    fix: {
      text: "Install clang, lld and wasi-libc (Debian: apt install clang lld wasi-libc libclang-rt-dev-wasm32), or zig.",
    },
  });
}

/** CC is most often a compiler for this machine alone: it counts where it can do more. */
function inEnvironment(): readonly string[] {
  const { CC } = process.env;
  return CC === undefined || CC.trim() === "" ? [] : [CC];
}

async function probe(command: readonly string[]): Promise<Compiler | undefined> {
  const ask = async (...words: string[]) => {
    const { code, stdout } = await run([...command, ...words], process.cwd(), undefined);
    return code === 0 ? stdout.trim() : undefined;
  };
  const version = (await ask("--version"))?.split("\n")[0];
  if (version === undefined || !/clang/i.test(version)) return undefined;
  const isZig = command.at(-1) === "cc";
  if (isZig) return { command, description: `${command.join(" ")} (${version})`, hasLibrary: true, isZig };
  const target = "--target=wasm32-wasi";
  const linker = await ask(target, "-print-prog-name=wasm-ld");
  if (linker === undefined || !(await exists(linker))) return undefined;
  if (!/wasm32/.test((await ask("-print-targets")) ?? "wasm32")) return undefined;
  const parts = [
    await ask(target, "-print-file-name=crt1-reactor.o"),
    await ask(target, "-rtlib=compiler-rt", "-print-libgcc-file-name"),
  ];
  const present = await Promise.all(parts.map((part) => part !== undefined && exists(part)));
  const hasLibrary = present.every(Boolean);
  return {
    command,
    description: `${command.join(" ")} (${version}, ${hasLibrary ? "with" : "without"} a C library)`,
    hasLibrary,
    isZig,
  };
}

/** A tool that was not found is told by its bare name. */
async function exists(path: string): Promise<boolean> {
  return isAbsolute(path) && (await stat(path).catch(() => undefined))?.isFile() === true;
}
