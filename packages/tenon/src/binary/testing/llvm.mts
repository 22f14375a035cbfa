import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { has, lld, run } from "./tools.mjs";
import { workspace } from "./workspace.mjs";

/** A table of pointers: to data, to code, to nothing, and into another library. */
const source = `
@message = IMPORTED global [6 x i8] c"hello\\00"
@table = IMPORTED global [4 x i8*] [
  i8* getelementptr ([6 x i8], [6 x i8]* @message, i32 0, i32 0),
  i8* bitcast (i32 (i32)* @twice to i8*), i8* null, i8* LAST]
declare i32 @outside(i32)
define EXPORTED i32 @twice(i32 %x) {
  %y = add i32 %x, %x
  ret i32 %y
}
define EXPORTED i32 @thrice(i32 %x) {
  %y = call i32 @outside(i32 %x)
  ret i32 %y
}
`;

/** Why LLVM's tools are not available here; `undefined` if they are. */
export function withoutLlvm(): string | undefined {
  if (!has("llc")) return "LLVM's llc is not installed";
  return lld() === undefined ? "LLVM's lld is not installed" : undefined;
}

function object(triple: string, text: string, name: string): string {
  const input = join(workspace(), `${name}.ll`);
  const output = join(workspace(), `${name}.o`);
  writeFileSync(input, text);
  run("llc", [`-mtriple=${triple}`, "-filetype=obj", "-relocation-model=pic", input, "-o", output]);
  return output;
}

/** A macOS library linked by LLVM. @param fixups How the loader finds pointers. */
export function machOLibrary(arch: "x86_64" | "arm64", fixups: "chained" | "opcodes"): string {
  const name = `library-${arch}-${fixups}`;
  const text = source.replace(/EXPORTED |IMPORTED /g, "").replace("LAST", "bitcast (i32 (i32)* @outside to i8*)");
  const output = join(workspace(), `${name}.dylib`);
  run(lld() ?? "lld", [
    ...["-flavor", "darwin", "-arch", arch, "-platform_version", "macos", "12.0", "13.1", "-dylib"],
    fixups === "chained" ? "-fixup_chains" : "-no_fixup_chains",
    ...["-undefined", "dynamic_lookup", "-install_name", "@rpath/libdemo.dylib", "-rpath", "@loader_path"],
    ...["-o", output, object(`${arch}-apple-macosx11`, text, name)],
  ]);
  return output;
}

/** A Windows library with exports by name and number, a forwarded export, and plain and delayed imports. */
export function peLibrary(arch: "x86_64" | "i686", delayed: boolean): Uint8Array {
  const name = `library-${arch}-${delayed}`;
  const text = source
    .replace(/EXPORTED /g, "dllexport ")
    .replace(/IMPORTED /g, "dllexport ")
    .replace("LAST", "null")
    .replace("declare i32 @outside", "declare dllimport i32 @outside");
  const definitions = join(workspace(), `${name}.def`);
  const imports = join(workspace(), `${name}-imports.lib`);
  const output = join(workspace(), `${name}.dll`);
  const machine = arch === "x86_64" ? "x64" : "x86";
  writeFileSync(definitions, "LIBRARY other.dll\nEXPORTS\n  outside\n");
  const link = [lld() ?? "lld", "-flavor", "link"] as const;
  const [linker, ...flavor] = link;
  run(linker, [...flavor, "/lib", `/def:${definitions}`, `/machine:${machine}`, `/out:${imports}`]);
  run(linker, [
    ...flavor,
    ...["/dll", "/noentry", `/machine:${machine}`, `/out:${output}`, "/export:passed=other.outside"],
    "/export:twice,@7,NONAME",
    ...(delayed ? ["/delayload:other.dll", "/force:unresolved"] : []),
    ...[object(`${arch}-pc-windows-msvc`, text, name), imports],
  ]);
  return new Uint8Array(readFileSync(output));
}

/** A WebAssembly module linked by LLVM. */
export function wasmObject(): string {
  const text = source
    .replace(/EXPORTED |IMPORTED /g, "")
    .replace("LAST", "null")
    .replace("declare i32 @outside(i32)", "declare i32 @outside(i32) #0")
    .replaceAll("(i32 %x) {", "(i32 %x) #0 {");
  const input = object(
    "wasm32-unknown-unknown",
    `${text}\nattributes #0 = { "target-features"="+bulk-memory" }\n`,
    "wasm",
  );
  const output = join(workspace(), "library.wasm");
  run(lld() ?? "lld", [...["-flavor", "wasm", "--no-entry", "--export-all", "--allow-undefined", "-o", output, input]]);
  return output;
}
