import type { TenonError } from "../error.js";
import { errors } from "../errors.js";

/** The time to freeze the clocks at is not valid. */
export function clockInvalid(given: unknown): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `clock: expected milliseconds since 1970, found ${String(given)}`,
    subject: "clock",
  });
}

/** The plugin broke a rule of WASI. @param did what it did, in the past tense: `polled an empty list`. */
export function wasiMisuse(did: string): TenonError {
  return errors.TENON_WASI_MISUSE(`the plugin ${did}`);
}

/** The HTTP handler returned without a response. */
export function requestUnanswered(subject: string): TenonError {
  return errors.TENON_WASI_MISUSE({
    message: `${subject}: incomingHandler.handle() returned without setting a response`,
    subject,
    fix: { text: "Call response-outparam.set on every path through the handler." },
  });
}
