import type { Host } from "../../host/index.js";
import type { CreateHostOptions } from "../../presets/index.js";
import { closeOnExit } from "../output/shutdown.js";
import type { CommandLine } from "./command-line.js";

/** Makes a host with all of Tenon's runtimes and places, and those of the user. It is closed before the program exits. */
export async function openHost(
  { output, hostOptions }: CommandLine,
  options: CreateHostOptions = {},
): Promise<{ readonly host: Host; close(): Promise<void> }> {
  // Imported here to keep help and completion fast.
  const { createHost } = await import("../../presets/index.js");
  const host = createHost({
    progress: (step) => output.reportStep(step),
    ...hostOptions,
    ...options,
    places: { ...hostOptions.places, ...options.places },
  });
  return { host, close: closeOnExit(() => host.close()) };
}

/** Passes such a host to the work, and closes it afterwards. */
export async function withHost<T>(
  line: CommandLine,
  work: (host: Host) => Promise<T>,
  options: CreateHostOptions = {},
): Promise<T> {
  const { host, close } = await openHost(line, options);
  try {
    return await work(host);
  } finally {
    await close();
  }
}
