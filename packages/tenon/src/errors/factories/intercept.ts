import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { asCause, textOf } from "../thrown.js";

/** An interceptor threw what is no error of Tenon's. @param label the function whose call it intercepted. */
export function interceptorThrew(label: string, thrown: unknown): TenonError {
  return errors.TENON_INTERCEPTOR_THREW({
    message: `an interceptor of ${label}() threw: ${textOf(thrown)}`,
    subject: label,
    cause: asCause(thrown),
  });
}

/** An interceptor called `next` a second time. */
export function nextTwice(label: string): TenonError {
  return errors.TENON_INTERCEPTOR_NEXT({
    message: `an interceptor of ${label}() called next() twice; the function runs once for each call`,
    subject: label,
  });
}

/** An interceptor called `next` after it had answered, or after the deadline. */
export function nextAfterEnd(label: string): TenonError {
  return errors.TENON_INTERCEPTOR_NEXT({
    message: `an interceptor of ${label}() called next() after the call had ended`,
    subject: label,
    fix: { text: "Return the promise of next(), or await it, before the interceptor ends." },
  });
}

/** An interceptor passed `next` something other than a list of parameters, or too many. */
export function nextParameters(label: string, wanted: number, given: unknown): TenonError {
  const got = Array.isArray(given) ? `${given.length}` : `a value of type ${typeof given}`;
  return errors.TENON_VALUE_TYPE({
    message: `an interceptor of ${label}(): next() takes an array of at most ${wanted} ${wanted === 1 ? "parameter" : "parameters"}, got ${got}`,
    subject: label,
    fix: { text: "Call next() without an argument to keep the parameters, or next([first, second]) to replace them." },
  });
}

/** An interceptor answered a synchronous call with a promise. */
export function interceptorPromise(label: string): TenonError {
  return errors.TENON_SYNC_UNAVAILABLE({
    message: `${label}() was called synchronously, but an interceptor returned a promise`,
    subject: label,
    fix: {
      text: "If call.sync is true, return the value of next() itself: the interceptor must not be an async function.",
    },
  });
}

/** `host.metrics()` of a host that counts nothing. */
export function metricsOff(): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: "host.metrics(): this host counts nothing",
    subject: "metrics",
    fix: { text: "Create the host with createHost({ metrics: true })." },
  });
}
