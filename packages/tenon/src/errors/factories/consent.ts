import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { shellPath } from "../shell-word.js";

/**
 * A plugin asks for grants that the command line does not give, and nobody can be asked, or the answer was no.
 *
 * @param asked what it asks to do: `connect to example.com`.
 * @param command the same command, with the options that grant it; absent if no option can say it.
 */
export function consentMissing(
  plugin: string,
  asked: readonly string[],
  command: string | undefined,
  refused: boolean,
): TenonError {
  const shown = asked.length > 5 ? [...asked.slice(0, 5), `${asked.length - 5} more`] : asked;
  const why = refused ? "and you answered no" : "which is not granted, and there is no terminal to ask on";
  return errors.TENON_CONSENT_MISSING({
    message: `plugin ${plugin} asks to ${shown.join(", to ")}, ${why}`,
    subject: plugin,
    fix: {
      text: `Add --no-ask to run the plugin without it.${command === undefined ? " To grant it, open the plugin from a program." : " Or grant it:"}`,
      ...(command === undefined ? {} : { command }),
    },
  });
}

/** The answer to an earlier question was no. */
export function consentRefused(plugin: string, asked: readonly string[], time: string): TenonError {
  return errors.TENON_CONSENT_MISSING({
    message: `plugin ${plugin} asks to ${asked.join(", to ")}, and you answered no on ${time.slice(0, 10)}`,
    subject: plugin,
    fix: {
      text: "Add --no-ask to run the plugin without it. To be asked again:",
      command: `tenon consent revoke ${shellPath(plugin)}`,
    },
  });
}

/** Other users could have written the answers. @param why `can be written by other users` */
export function consentUnsafe(path: string, at: string, why: string): TenonError {
  return errors.TENON_CONSENT_UNSAFE({
    message: `${path} is not used: ${at === path ? "it" : at} ${why}`,
    subject: path,
    fix: {
      text: "Check that its answers are yours, and make it private, or delete it: then you are asked again.",
      command: why.includes("written") ? `chmod go-w ${shellPath(at)}` : `rm ${shellPath(path)}`,
    },
  });
}

/** The file with the answers cannot be read. */
export function consentFileInvalid(path: string, problem: string, cause?: unknown): TenonError {
  return errors.TENON_CONSENT_INVALID({
    message: `${path}: ${problem}`,
    subject: path,
    cause,
    fix: { text: "Delete the file: then you are asked again.", command: `rm ${shellPath(path)}` },
  });
}

/** There is no answer to take back. @param near `; did you mean "x"?`, or nothing */
export function consentUnknown(name: string, near: string): TenonError {
  return errors.TENON_USAGE({
    message: `no answer is remembered for "${name}"${near}`,
    fix: { text: "This lists the plugins with remembered answers:", command: "tenon consent list" },
  });
}
