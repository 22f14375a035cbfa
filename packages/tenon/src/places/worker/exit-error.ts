import { errors, type TenonError } from "../../errors/index.js";

/** Why a plugin's thread ended. */
export interface ThreadExit {
  readonly code: number;
  /** The exception that ended it, when it was one. */
  readonly thrown: unknown;
  /** Whether the host ended it. */
  readonly killed: boolean;
  /** Whether it was ended in vain: it still runs, and nothing can be done about it. */
  readonly stuck: boolean;
}

/**
 * How a thread ended, as a coded error: TENON_PLACE_MEMORY when its heap was full, otherwise TENON_PLACE_EXIT.
 *
 * @param memory the limit in bytes that it ran under, 0 for none.
 */
export function exitError({ code, thrown, killed, stuck }: ThreadExit, subject: string, memory: number): TenonError {
  if (stuck) {
    return errors.TENON_PLACE_EXIT({
      message:
        "The plugin's thread could not be ended: it is in a loop that the engine does not interrupt, and goes on.",
      subject,
      fix: { text: "Correct the plugin's loop, or open the plugin in the process place, which can always be ended." },
    });
  }
  if ((thrown as { code?: unknown } | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY") {
    const limit = memory > 0 ? `its limit of ${Math.round(memory / 2 ** 20)} MiB` : "the engine allows";
    return errors.TENON_PLACE_MEMORY({
      message: `The plugin's thread needed more memory than ${limit}, and was ended.`,
      subject,
      cause: thrown,
    });
  }
  if (thrown instanceof Error) {
    return errors.TENON_PLACE_EXIT({
      message: `The plugin's thread ended with an exception that nothing caught: ${thrown.message}`,
      subject,
      cause: thrown,
      ...(thrown.stack === undefined ? {} : { pluginStack: thrown.stack }),
    });
  }
  if (thrown !== undefined) {
    return errors.TENON_PLACE_EXIT({
      message: `The plugin's thread ended with a thrown value that nothing caught: ${String(thrown)}`,
      subject,
      cause: thrown,
    });
  }
  return errors.TENON_PLACE_EXIT({
    message: killed
      ? "The plugin's thread was ended by the host."
      : `The plugin's thread ended by itself with exit code ${code}: the plugin called process.exit.`,
    subject,
  });
}
