import { basename, extname, resolve } from "node:path";
import { Command, Option } from "commander";
import { errors } from "../../errors/index.js";
import type { Artifact } from "../../runtime/artifact.js";
import { readArtifact } from "../../runtime/read-artifact.js";
import { usageError } from "../command-failure.js";
import { interrupted } from "../ending.js";
import { outputOf } from "../global-options.js";
import { withProgress } from "../progress.js";
import { writeFileWhole } from "../write-file.js";

interface BuildOptions {
  readonly out?: string;
  readonly bindings?: boolean;
}

/** `tenon build`: WebAssembly of source. */
export function buildCommand(): Command {
  return new Command("build")
    .description("Build a plugin's source into one WebAssembly file.")
    .argument(
      "<SOURCE>",
      "a folder of Go, C or Rust source, or a TypeScript file or folder, with the contract (.wit) beside it",
    )
    .addOption(new Option("-o, --out <FILE>", "the file to write (default: the source's name with .wasm, here)"))
    .option("--bindings", "write the contract's types beside the source, for editors, and build nothing")
    .addHelpText(
      "after",
      `
A plugin need not be built to be opened: \`tenon run DIR\` and \`open("DIR")\` build it, and keep what was built by its
content. Go is built by the Go that is installed, or by Go's own compiler as WebAssembly where the optional package
@tenon/go-toolchain is; C by clang or zig; Rust by cargo, for wasm32-wasip2. TypeScript and JavaScript open as they are;
this makes components of them, by the optional package @bytecodealliance/componentize-js.

Of Go and C nothing is run. Cargo runs the build scripts and macros of the package and of what it depends on, and
componentize-js runs the top level of the source, in a sandbox.

Examples:
  tenon build plugins/greeter
  tenon build plugins/greeter -o dist/greeter.wasm
  tenon build plugins/greeter --bindings
  tenon build plugins/greeter.ts -o dist/greeter.wasm
  tenon inspect dist/greeter.wasm`,
    )
    .action(async (folder: string, options: BuildOptions, command: Command) => {
      const output = outputOf(command);
      // Loaded only here: help and completion need none of it.
      const { buildModule, moduleBindings } = await import("../../presets/modules.js");
      const artifact = await readArtifact(folder);
      if (options.bindings) {
        const files = await moduleBindings(artifact);
        if (files === undefined) throw noSource(folder);
        for (const { path, text } of files) await writeFileWhole(path, text);
        const paths = files.map(({ path }) => path);
        if (output.json) output.document({ source: folder, files: paths });
        else if (paths.length === 0) output.line("nothing to write: the tools of this language make the bindings");
        else for (const path of paths) output.line(path);
        return;
      }
      expectComponentName(options.out, artifact);
      const out = options.out ?? `${basename(resolve(folder), artifact.kind === "file" ? extname(folder) : "")}.wasm`;
      let step: string | undefined;
      const progress = (next: string) => {
        step = next;
      };
      const building = buildModule(artifact, { signal: interrupted, progress });
      const built = await withProgress(output, `building ${folder}`, building, () => step);
      if (built === undefined) throw noSource(folder);
      await writeFileWhole(out, built.bytes);
      const { toolchain, cached, fingerprint, bytes } = built;
      if (output.json) {
        output.document({ source: folder, file: out, bytes: bytes.length, toolchain, cached, fingerprint });
        return;
      }
      const how = cached ? `as ${toolchain} built it before` : `by ${toolchain}`;
      output.line(`${output.colours.bold(out)}  ${bytes.length} bytes, ${how}`);
    });
}

function noSource(folder: string) {
  return errors.TENON_ARTIFACT_UNKNOWN({
    message: `${folder} is no source that can be built: neither Go, C, Rust, TypeScript nor JavaScript`,
    subject: folder,
  });
}

/** Of TypeScript and JavaScript, which need no build, only a component can be asked for: the output's ending says so. */
function expectComponentName(out: string | undefined, { manifest }: Artifact): void {
  if (out === undefined || out.endsWith(".wasm") || !/\.[cm]?[jt]sx?$/.test(manifest.entry ?? "")) return;
  throw usageError(
    `${out} is no name of a component`,
    "TypeScript and JavaScript open as they are. To make a component of them, name a file that ends with .wasm.",
  );
}
