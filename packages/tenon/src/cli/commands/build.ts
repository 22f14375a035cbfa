import { basename, extname, resolve } from "node:path";
import { Command, Option } from "commander";
import type { BuildNotes } from "../../contributions/index.js";
import { componentNameInvalid, sourceNotRecognised } from "../../errors/factories/command.js";
import type { Artifact } from "../../runtime/artifact.js";
import { buildHelp, languagesWithLines, targetsOf } from "../contributed/build-help.js";
import { withProgress } from "../output/progress.js";
import { interrupted } from "../output/shutdown.js";
import { writeFileWhole } from "../output/write-file.js";
import type { CommandLine } from "../plugins/command-line.js";

interface BuildOptions {
  readonly out?: string;
  readonly bindings?: boolean;
  readonly debug?: boolean;
}

/** `tenon build`: compiles source to a plugin that needs no build. */
export function buildCommand({ output, contributions }: CommandLine): Command {
  const notes = contributions.flatMap(({ build }) => build ?? []);
  // All of them are compiled to the same kind of file.
  const extension = notes[0]?.to.extension ?? "";
  return new Command("build")
    .description(`Compile a plugin's source to ${targetsOf(notes)}.`)
    .argument("<SOURCE>", "file or folder of source, with a contract (.wit) next to it")
    .addOption(
      new Option("-o, --out <FILE>", `output file (default: the source's name with ${extension}, in this folder)`),
    )
    .option("--debug", `keep DWARF: errors show files and lines (${languagesWithLines(notes)})`)
    .option("--bindings", "only write the contract's types next to the source, for editors")
    .addHelpText(
      "after",
      `
You need not build a plugin to open it: \`tenon run DIR\` and \`open("DIR")\` build
source folders, and cache the result by its content.

${buildHelp(notes)}

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
      expectComponentName(options.out, artifact, notes);
      const out =
        options.out ?? `${basename(resolve(source), artifact.kind === "file" ? extname(source) : "")}${extension}`;
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

/** Source that needs no build can only be compiled to a component: the output's name must say so. */
function expectComponentName(out: string | undefined, { manifest }: Artifact, notes: readonly BuildNotes[]): void {
  const note = notes.find(({ runsAsItIs }) => runsAsItIs?.test(manifest.entry ?? ""));
  if (out !== undefined && note !== undefined && !out.endsWith(note.to.extension)) throw componentNameInvalid(out);
}
