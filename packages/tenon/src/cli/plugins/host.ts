import type { Host } from "../../host/index.js";
import type { CreateHostOptions } from "../../presets/index.js";
import type { Output } from "../output/output.js";
import { closeOnExit } from "../output/shutdown.js";

/** Passes a host with all of Tenon's runtimes and places to the work, and closes it afterwards. */
export async function withHost<T>(
  output: Output,
  work: (host: Host) => Promise<T>,
  options: CreateHostOptions = {},
): Promise<T> {
  // Imported here to keep help and completion fast.
  const { createHost } = await import("../../presets/index.js");
  const host = createHost({ progress: (step) => output.reportStep(step), ...options });
  const close = closeOnExit(() => host.close());
  try {
    return await work(host);
  } finally {
    await close();
  }
}
