import { basename, extname, resolve } from "node:path";
import { Command, Option } from "commander";
import { componentNameInvalid, sourceNotRecognised } from "../../errors/factories/command.js";
import type { Artifact } from "../../runtime/artifact.js";
import type { Output } from "../output/output.js";
import { withProgress } from "../output/progress.js";
import { interrupted } from "../output/shutdown.js";
import { writeFileWhole } from "../output/write-file.js";

interface BuildOptions {
  readonly out?: string;
  readonly bindings?: boolean;
  readonly debug?: boolean;
}

/** `tenon build`: compiles source to WebAssembly. */
export function buildCommand(output: Output): Command {
  return new Command("build")
    .description("Compile a plugin's source to a WebAssembly file.")
    .argument(
      "<SOURCE>",
      "folder of Go, C or Rust source, or a TypeScript file or folder, with a contract (.wit) next to it",
    )
    .addOption(new Option("-o, --out <FILE>", "output file (default: the source's name with .wasm, in this folder)"))
    .option("--debug", "keep DWARF: errors show files and lines (C and Rust)")
    .option("--bindings", "only write the contract's types next to the source, for editors")
    .addHelpText(
      "after",
      `
You need not build a plugin to open it: \`tenon run DIR\` and \`open("DIR")\` build
source folders, and cache the result by its content.

Needs one of these tool chains:
  Go          Go, or the package @tenon/go-toolchain (Go's compiler as WebAssembly)
  C           clang or zig
  Rust        cargo, with the target wasm32-wasip2
  TypeScript  the package @bytecodealliance/componentize-js; only to build a
              component, since TypeScript and JavaScript plugins run as they are

Building Go and C runs no code of the plugin. Cargo runs the build scripts and
macros of the package and its dependencies. componentize-js runs the source's
top-level code in a sandbox.

Examples:
  tenon build plugins/greeter
  tenon build plugins/greeter -o dist/greeter.wasm
  tenon build plugins/greeter --debug
  tenon build plugins/greeter --bindings
  tenon build plugins/greeter.ts -o dist/greeter.wasm
  tenon inspect dist/greeter.wasm`,
    )
    .action(async (source: string, options: BuildOptions) => {
      // Imported here to keep help and completion fast.
      const { buildModule, moduleBindings, readSourceArtifact } = await import("../../presets/modules.js");
      const artifact = await readSourceArtifact(source);
      if (options.bindings) {
        const files = await moduleBindings(artifact);
        if (files === undefined) throw sourceNotRecognised(source);
        for (const { path, text } of files) await writeFileWhole(path, text);
        const paths = files.map(({ path }) => path);
        if (output.json) output.document({ source, files: paths });
        else if (paths.length === 0) output.line("nothing to write: this language's own tools generate the bindings");
        else for (const path of paths) output.line(path);
        return;
      }
      expectComponentName(options.out, artifact);
      const out = options.out ?? `${basename(resolve(source), artifact.kind === "file" ? extname(source) : "")}.wasm`;
      const built = await withProgress(output, `building ${source}`, (progress) =>
        buildModule(artifact, { signal: interrupted, progress, debug: options.debug }),
      );
      if (built === undefined) throw sourceNotRecognised(source);
      await writeFileWhole(out, built.bytes);
      const { toolchain, cached, fingerprint, bytes } = built;
      if (output.json) {
        output.document({ source, file: out, bytes: bytes.length, toolchain, cached, fingerprint });
        return;
      }
      const how = cached ? `cached (built by ${toolchain})` : `built by ${toolchain}`;
      output.line(`${output.colours.bold(out)}  ${bytes.length} bytes, ${how}`);
    });
}

/** TypeScript and JavaScript need no build, so they can only be compiled to a component: the output's name must say so. */
function expectComponentName(out: string | undefined, { manifest }: Artifact): void {
  if (out === undefined || out.endsWith(".wasm") || !/\.[cm]?[jt]sx?$/.test(manifest.entry ?? "")) return;
  throw componentNameInvalid(out);
}
