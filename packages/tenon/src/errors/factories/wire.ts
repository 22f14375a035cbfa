import type { TenonError } from "../error.js";
import { errors } from "../errors.js";

/** @param problem what is wrong with the bytes, as a sentence without its full stop. */
export function messageMalformed(problem: string, cause?: unknown): TenonError {
  return errors.TENON_WIRE_MALFORMED({ message: `a message from the other side cannot be read: ${problem}`, cause });
}

/** @param problem what is wrong with the answer, as a sentence without its full stop. */
export function loadAnswerMalformed(problem: string): TenonError {
  return errors.TENON_WIRE_MALFORMED(`the answer to the load message cannot be read: ${problem}`);
}

/** The plugin's side declares a contract although the host knows it, or declares it twice. */
export function contractUnexpected(): TenonError {
  return errors.TENON_WIRE_MALFORMED("the other side sent a contract that this side did not ask for");
}

export function wireVersionDiffers(theirs: number, ours: number): TenonError {
  return errors.TENON_WIRE_VERSION(
    `the other side uses version ${theirs} of the wire protocol, and this side uses version ${ours}`,
  );
}

/** The other side made a control call that this version does not have. */
export function controlUnknown(name: string): TenonError {
  return errors.TENON_WIRE_VERSION(
    `the other side made the control call "${name.slice(0, 40)}", which is unknown here`,
  );
}

export function connectionClosed(): TenonError {
  return errors.TENON_WIRE_CLOSED("the connection to the other side is closed");
}

/** The host closed the connection, or exited. */
export function hostDisconnected(): TenonError {
  return errors.TENON_WIRE_CLOSED("the host closed the connection");
}

/** The host's own program does not follow the protocol. */
export function loadMessageEmpty(): TenonError {
  return errors.TENON_INTERNAL("the load message has no plugin in it");
}

/** The host's own program does not follow the protocol. */
export function loadedTwice(): TenonError {
  return errors.TENON_INTERNAL("a plugin is already loaded over this connection");
}

/** The prepared plugin, the settings or the grants contain something that cannot be cloned. */
export function loadMessageUnsendable(cause: unknown): TenonError {
  return errors.TENON_LOAD_FAILED({
    message: `the plugin cannot be sent to its thread or process: ${String(cause)}`,
    cause,
    fix: { text: "Pass only plain data in `settings` and `grants`: no functions, no class instances." },
  });
}

/** The thread or process exited while the plugin was loading. */
export function exitedWhileLoading(reason: TenonError): TenonError {
  return errors.TENON_LOAD_FAILED({
    message: `the plugin exited while it was loading: ${reason.message}`,
    subject: reason.subject,
    cause: reason,
  });
}

/** The plugin's own code threw while it was loading. */
export function loadThrew(message: string, cause: unknown, pluginStack: string | undefined): TenonError {
  return errors.TENON_LOAD_FAILED({ message: `the plugin failed while loading: ${message}`, cause, pluginStack });
}

/** @param code which of the plugin's own functions failed: its health check, or saving or restoring its state. */
export function lifecycleFailed(
  code: "TENON_HEALTH_FAILED" | "TENON_STATE_FAILED",
  what: string,
  message: string,
  cause: unknown,
): TenonError {
  return errors[code]({ message: `${what}: ${message}`, cause });
}

export function stateNotJson(cause: unknown): TenonError {
  return errors.TENON_STATE_FAILED({ message: `the plugin's state is not JSON: ${String(cause)}`, cause });
}

/** The other side sends a part of a state that was not asked for, or before the one before it was taken. */
export function statePartUnexpected(): TenonError {
  return errors.TENON_STATE_FAILED("a part of a state arrived unexpectedly");
}

/** The runtime lost the plugin that runs behind this connection. */
export function pluginLost(reason: TenonError): TenonError {
  return errors.TENON_PLUGIN_CRASHED({ message: reason.message, cause: reason });
}

/**
 * The thread or process cannot import the plugin's runtime.
 *
 * @param module the runtime's property `module`; a bundler's CommonJS output sets it to `undefined`.
 */
export function runtimeModuleInvalid(module: string | undefined): TenonError {
  return errors.TENON_RUNTIME_UNAVAILABLE({
    message:
      module === undefined
        ? "the runtime cannot be imported: expected its property module to be a URL, found undefined"
        : `the runtime cannot be imported: the default export of ${module} is not a runtime`,
    fix: {
      text: "Export the runtime as the default of its own module, and set its property module to that module's URL. If you bundle the host, keep that module out of the bundle: see docs/bundlers.md.",
    },
  });
}
