import { type Details, TenonError } from "./error.js";
import { type Code, registry } from "./registry.js";

type Factory = (details: Details | string) => TenonError;

/**
 * Makes an error with a code, for runtimes and places that others write:
 * `throw errors.TENON_LOAD_FAILED({ message: "…", subject: path })`.
 *
 * Tenon's own code calls the factories in `errors/factories/` instead, which contain the wording.
 */
export const errors: { readonly [C in Code]: Factory } = Object.fromEntries(
  (Object.keys(registry) as Code[]).map((code): [Code, Factory] => [
    code,
    function factory(details) {
      const error = new TenonError(code, typeof details === "string" ? { message: details } : details);
      // The stack starts at the caller.
      Error.captureStackTrace(error, factory);
      return error;
    },
  ]),
) as { readonly [C in Code]: Factory };
