import { type Details, TenonError } from "./error.js";
import { type Code, registry } from "./registry.js";

type Factory = (details: Details | string) => TenonError;

/**
 * One factory for each code, so that every failure is made in the same way:
 * `throw errors.TENON_ARTIFACT_MISSING({ message: "…", subject: path })`.
 */
export const errors: { readonly [C in Code]: Factory } = Object.fromEntries(
  (Object.keys(registry) as Code[]).map((code): [Code, Factory] => [
    code,
    function factory(details) {
      const error = new TenonError(code, typeof details === "string" ? { message: details } : details);
      // The stack begins where the failure was found, not in here.
      Error.captureStackTrace(error, factory);
      return error;
    },
  ]),
) as { readonly [C in Code]: Factory };
