import type { CommandContext } from "../../contributions/index.js";
import { buildGoPlugin } from "../build.js";
import { buildLines, planLines } from "./build-text.js";
import { expectFolder } from "./expect-folder.js";

/** The options of `tenon go build`. */
export interface BuildOptions {
  readonly for: string;
  readonly out: string;
  readonly hostSource?: string;
  readonly pgo?: string;
  readonly tags?: string;
  readonly ldflags?: string;
  readonly deadline?: number;
  readonly download: boolean;
  readonly dryRun?: boolean;
  readonly sysroot?: string;
}

/** Builds a plugin that its host opens. */
export async function build(
  folder: string,
  options: BuildOptions,
  { output, signal, progress, closeOnExit }: CommandContext,
): Promise<void> {
  const made = await progress(`building ${folder}`, async (report) => {
    const building = expectFolder(
      folder,
      buildGoPlugin({
        host: options.for,
        folder,
        output: options.out,
        hostSource: options.hostSource,
        pgo: options.pgo,
        tags: options.tags?.split(",").filter((tag) => tag !== ""),
        ldflags: options.ldflags,
        deadline: options.deadline,
        download: options.download,
        dryRun: options.dryRun,
        signal,
        progress: report,
        sysroot: options.sysroot,
      }),
    );
    const close = closeOnExit(() => building.catch(() => {}));
    try {
      return await building;
    } finally {
      await close();
    }
  });
  if (output.json) output.document(made);
  else for (const line of options.dryRun === true ? planLines(made) : buildLines(made, output)) output.line(line);
}
