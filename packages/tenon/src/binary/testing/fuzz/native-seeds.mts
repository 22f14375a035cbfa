import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { has, run } from "../tools.mjs";
import { workspace } from "../workspace.mjs";

/** Data with pointers, exported and undefined symbols, and thread-local data; it needs no C library. */
const source = `
extern int outside(int);
__thread int counter = 3;
const char message[] = "hello";
const char *table[] = { message, 0, message + 1 };
int (*calls[])(int) = { outside, 0 };
int twice(int x) { counter++; return x + x; }
static int hidden(int x) { return x - 1; }
int thrice(int x) { return outside(x) + hidden(x) + twice(x); }
`;

const program = `
#include <stdio.h>
#include <math.h>
int main(int count, char **words) { printf("%f\\n", pow(count, 0.5)); return 0; }
`;

const versions = "ONE { global: twice; local: hidden; };\nTWO { global: thrice; } ONE;\n";

interface Variant {
  readonly name: string;
  readonly compiler: string;
  readonly text: string;
  readonly flags: readonly string[];
}

const library = ["-shared", "-fPIC", "-nostdlib", "-O1", "-Wl,-z,max-page-size=4096", "-Wl,--allow-shlib-undefined"];

function variants(script: string): Variant[] {
  const libraryOf = (name: string, flags: readonly string[], compiler = "gcc"): Variant => ({
    name: `c-${name}`,
    compiler,
    text: source,
    flags: [...library, ...flags],
  });
  return [
    libraryOf("gnu-hash", ["-Wl,--hash-style=gnu", "-s"]),
    libraryOf("sysv-hash", ["-Wl,--hash-style=sysv", "-s"]),
    libraryOf("both-hashes", ["-Wl,--hash-style=both"]),
    libraryOf("relr", ["-Wl,-z,pack-relative-relocs"]),
    libraryOf("versions", [`-Wl,--version-script=${script}`]),
    libraryOf("build-id", ["-Wl,--build-id=sha1", "-Wl,-soname,libdemo.so.1", "-Wl,-rpath,$ORIGIN"]),
    libraryOf("dwarf-5", ["-g", "-gdwarf-5"]),
    libraryOf("dwarf-4", ["-g", "-gdwarf-4"]),
    libraryOf("compressed-dwarf", ["-g3", "-gz=zlib"]),
    libraryOf("old-compressed-dwarf", ["-g3", "-gz=zlib-gnu"]),
    libraryOf("386", [], "i686-linux-gnu-gcc"),
    libraryOf("386-stripped", ["-s", "-Wl,--hash-style=both"], "i686-linux-gnu-gcc"),
    libraryOf("arm64", [], "aarch64-linux-gnu-gcc"),
    { name: "c-object", compiler: "gcc", text: source, flags: ["-c", "-g"] },
    { name: "c-static", compiler: "gcc", text: "void _start(void) { for (;;); }", flags: ["-static", "-nostdlib"] },
    { name: "c-pie", compiler: "gcc", text: program, flags: ["-pie", "-fPIE", "-s", "-lm"] },
    { name: "c-program", compiler: "gcc", text: program, flags: ["-no-pie", "-g", "-lm"] },
  ];
}

/** Small ELF files of every kind that the installed C compilers make; `skipped` receives those that cannot be built. */
export function nativeSeeds(skipped: (what: string) => void): { name: string; bytes: Uint8Array }[] {
  const script = join(workspace(), "versions.map");
  writeFileSync(script, versions);
  return variants(script).flatMap(({ name, compiler, text, flags }) => {
    if (!has(compiler)) {
      skipped(`${name}: ${compiler} is not installed`);
      return [];
    }
    const input = join(workspace(), `${name}.c`);
    const output = join(workspace(), name);
    writeFileSync(input, text);
    try {
      run(compiler, [input, "-o", output, ...flags]);
    } catch (thrown) {
      skipped(`${name}: ${(thrown as Error).message.split("\n")[1] ?? "it cannot be built"}`);
      return [];
    }
    return [{ name, bytes: new Uint8Array(readFileSync(output)) }];
  });
}
