import type { Fix, TenonError } from "../error.js";
import { errors } from "../errors.js";

/** What a plugin of any kind did, for messages. */
export interface PluginFailure {
  readonly subject: string;
  /** Why, without its full stop: what the plugin threw or printed. */
  readonly reason: string;
  readonly cause?: unknown;
  /** The stack in the plugin's own files and lines. */
  readonly pluginStack?: string | undefined;
  readonly fix?: Fix;
}

/** The plugin's own code failed while it was loaded. */
export function failedWhileLoading(failure: PluginFailure): TenonError {
  const message = `${failure.subject} failed while loading: ${failure.reason}`;
  return errors.TENON_LOAD_FAILED({ message, ...detailsOf(failure) });
}

/** The plugin's health check threw, returned false, or did not return in time. */
export function unhealthy(failure: PluginFailure): TenonError {
  return errors.TENON_HEALTH_FAILED({
    message: `${failure.subject} is not healthy: ${failure.reason}`,
    ...detailsOf(failure),
  });
}

/** Saving or restoring the plugin's state failed. */
export function stateStepFailed(step: "saving" | "restoring", failure: PluginFailure): TenonError {
  return errors.TENON_STATE_FAILED({
    message: `${failure.subject}: ${step} its state failed: ${failure.reason}`,
    ...detailsOf(failure),
  });
}

function detailsOf({ subject, cause, pluginStack, fix }: PluginFailure) {
  return {
    subject,
    cause,
    ...(pluginStack === undefined ? {} : { pluginStack }),
    ...(fix === undefined ? {} : { fix }),
  };
}
