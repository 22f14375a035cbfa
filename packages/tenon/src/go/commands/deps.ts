import { dockerfileText, goDependencies, moduleFileText } from "../../builders/go/index.js";
import type { CommandContext } from "../../contributions/index.js";
import { moduleOptionMisplaced } from "../../errors/factories/command.js";
import { requirementLines } from "./requirements-text.js";

/** The options of `tenon go deps`. */
export interface DepsOptions {
  readonly format?: "text" | "json" | "go.mod" | "dockerfile";
  readonly out?: string;
  readonly module?: string;
}

/** Shows what a plugin must share with a host. */
export async function showDependencies(
  path: string,
  options: DepsOptions,
  { output, progress, writeFile }: CommandContext,
): Promise<void> {
  const format = options.format ?? (output.json ? "json" : "text");
  if (options.module !== undefined && format !== "go.mod") throw moduleOptionMisplaced();
  const required = await progress(`reading ${path}`, () => goDependencies(path));
  const text = {
    text: () => `${requirementLines(required, options.out === undefined ? output : undefined).join("\n")}\n`,
    json: () => `${JSON.stringify(required, null, 2)}\n`,
    "go.mod": () => moduleFileText(required, options.module),
    dockerfile: () => dockerfileText(required),
  }[format]();
  if (options.out !== undefined) await writeFile(options.out, text);
  if (output.json) {
    const made = format === "json" ? required : { format, text };
    output.document(options.out === undefined ? made : { format, file: options.out });
  } else if (options.out === undefined) await output.write(text);
  else output.note(`wrote ${options.out}`);
}
