import type { TenonError } from "../error.js";
import { errors } from "../errors.js";

/** A component uses something that Tenon does not run. @param detail a clause: `uses error contexts`. */
export function componentUnsupported(detail: string, subject?: string): TenonError {
  const message = `${subject ?? "the component"}: ${detail}, which Tenon does not support`;
  return errors.TENON_COMPONENT_UNSUPPORTED(subject === undefined ? message : { message, subject });
}

/** A type index in a component leads to something else than expected. */
export function componentTypeUnexpected(detail: string): TenonError {
  return errors.TENON_COMPONENT_UNSUPPORTED(`the component cannot be linked: ${detail}`);
}

/** The host functions of an HTTP handler cannot pass resources or streams: they run in another thread. */
export function handlerImportUnsupported(subject: string, label: string): TenonError {
  return errors.TENON_COMPONENT_UNSUPPORTED({
    message: `${subject} serves HTTP and imports ${label}(), which passes resources, streams or futures; functions that an HTTP handler imports can pass only plain values`,
    subject: label,
    fix: { text: `Pass strings, numbers, lists and records in ${label}() instead of resources, streams and futures.` },
  });
}
