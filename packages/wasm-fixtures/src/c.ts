import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { once } from "@tenon/fixtures";
import { contentKey } from "./content-key.js";
import { cacheFolder, sources } from "./folders.js";
import { loneCrate } from "./lone-crate.js";
import { packageFolder, versionsOf } from "./packages.js";
import { runTool } from "./run-tool.js";
import { rustMissing } from "./rust.js";
import { textFormat } from "./text-format.js";

const target = "--target=wasm32-wasi";

/** Why C cannot make components here, or `undefined` where it can: the bindings' generator is written in Rust. */
export function cMissing(): string | undefined {
  const start = clang(target, "-print-file-name=crt1-reactor.o");
  if (start === undefined) return "clang is not installed";
  const needed = [start, clang(target, "-print-prog-name=wasm-ld"), clang(target, "-print-libgcc-file-name")];
  const present = needed.every((path) => path !== undefined && isAbsolute(path) && existsSync(path));
  return present ? rustMissing() : "clang lacks lld, wasi-libc or its run time for WebAssembly";
}

function clang(...parameters: string[]): string | undefined {
  const made = spawnSync("clang", parameters, { encoding: "utf8" });
  return made.status === 0 ? made.stdout.trim() : undefined;
}

/**
 * Builds `c/WORLD.c` with the bindings that wit-bindgen makes for C, clang, and the adapter that gives programs of WASI
 * preview 1 the interfaces of 0.2.
 *
 * @param world a world, and the name of the file in `wit/` that has it.
 * @param encoding in which the component keeps its strings.
 * @returns the folder that holds `WORLD.wasm`.
 */
export function cFolder(world: string, encoding: "utf8" | "utf16"): Promise<string> {
  const [source, wit] = [`c/${world}.c`, `wit/${world}.wit`];
  const versions = [encoding, clang("--version") ?? "", versionsOf("jco-transpile"), versionsOf("componentize-js")];
  const key = contentKey([source, wit, "c/bindings", "src/c.ts"], versions);
  return once(join(cacheFolder, `c-${key}`), async (unfinished) => {
    const options = { cwd: unfinished };
    const generator = await loneCrate("c/bindings", undefined, "bindings");
    await runTool(generator, [join(sources, wit), world, encoding, unfinished], options);
    const inputs = [join(sources, source), `${world}.c`, `${world}_component_type.o`];
    const module = join(unfinished, "module.wasm");
    await runTool("clang", [target, "-mexec-model=reactor", "-O2", "-I.", ...inputs, "-o", module], options);
    const { componentNew } = await textFormat();
    const component = await componentNew(await readFile(module), [["wasi_snapshot_preview1", await adapter()]]);
    await writeFile(join(unfinished, `${world}.wasm`), component);
  });
}

async function adapter(): Promise<Uint8Array> {
  const jco = join(await packageFolder("componentize-js"), "node_modules", "@bytecodealliance", "jco");
  return readFile(join(jco, "lib", "wasi_snapshot_preview1.reactor.wasm"));
}
