import {
  cannotSuspend,
  exceptionThroughGuest,
  failedEarlier,
  instanceBusy,
  stackOverflow,
  trapped,
  uncaughtGuestException,
} from "../../../../errors/factories/wasm-call.js";
import { type Code, isTenonError, type TenonError } from "../../../../errors/index.js";
import { guestFrames } from "../../frames/guest-frames.js";
import { printedFailure } from "../../frames/printed-failures.js";
import type { CoreFunction } from "../code/options.js";
import type { ComponentState } from "./component-state.js";

/**
 * Returns the coded error for what WebAssembly threw: a trap, a stack overflow, an exception that the guest did not catch.
 * What a host function threw is returned unchanged.
 *
 * @param what the code that ran, for messages: `greet()`.
 * @param printed the end of what it has printed to standard error, if that is known.
 */
export function trapError(thrown: unknown, what: string, subject: string, printed = ""): unknown {
  if (isTenonError(thrown)) return thrown;
  if (thrown instanceof Error && thrown.name === "SuspendError") return cannotSuspend(subject, what, thrown);
  if (thrown instanceof WebAssembly.RuntimeError)
    return trapped(subject, what, thrown, { ...framesOf(thrown), printed: printedFailure(thrown.stack, printed) });
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message))
    return stackOverflow(subject, what, thrown, framesOf(thrown));
  if (WebAssembly.Exception !== undefined && thrown instanceof WebAssembly.Exception)
    return uncaughtGuestException(subject, what, thrown);
  return thrown;
}

/**
 * Marks the instance as trapped by what was thrown while it ran: its memory may be in any state.
 *
 * @param notify runs what notifies the other calls: later, if the call that failed is rejected by a promise first.
 * @returns what to throw.
 */
export function trap(
  state: ComponentState,
  thrown: unknown,
  label: string,
  notify: (others: () => void) => void = (others) => others(),
): unknown {
  state.mayEnter = false;
  // What the guest itself reported says more than the trap.
  const printed = state.concurrency.used || state.stack !== undefined ? "" : state.printed;
  const error = trapError(state.reported ?? thrown, `${label}()`, state.subject, printed);
  state.reported = undefined;
  if (state.trapped === undefined) {
    const cause = isTenonError(error) ? error : exceptionThroughGuest(state.subject, `${label}()`, error);
    state.trapped = cause;
    notify(() => {
      state.onTrap(cause);
      state.concurrency.fail(cause);
    });
  }
  return error;
}

/**
 * Wraps a function that the instance calls, so that a failure of it traps the instance. Otherwise the guest could catch the
 * exception and continue.
 */
export function trapOnThrow(state: ComponentState, label: string, call: (...flat: any[]) => unknown): CoreFunction {
  if (call.length <= 3) {
    return (first, second, third) => {
      try {
        return call(first, second, third);
      } catch (thrown) {
        throw trap(state, thrown, label);
      }
    };
  }
  return (...flat) => {
    try {
      return call(...flat);
    } catch (thrown) {
      throw trap(state, thrown, label);
    }
  };
}

/**
 * Whether the failure of a host function is reported to the guest, whose library turns it into an error of its language.
 * Otherwise it traps the instance. What the guest itself did wrong is not reported.
 */
export function reportsToGuest(thrown: unknown, state: ComponentState): thrown is TenonError {
  const { reportFailure } = state.concurrency;
  if (reportFailure === undefined || state.trapped !== undefined) return false;
  return isTenonError(thrown) && !thrown.code.startsWith("TENON_WASM_");
}

/** Whether a value was rejected outside the guest's code, so that the instance is unchanged. */
export function leavesInstanceUsable(thrown: unknown, state: ComponentState): boolean {
  if (!isTenonError(thrown) || state.trapped !== undefined) return false;
  return rejections.has(thrown.code);
}

const rejections: ReadonlySet<Code> = new Set([
  "TENON_CALL_TOO_LARGE",
  "TENON_VALUE_TYPE",
  "TENON_RESOURCE_FOREIGN",
  "TENON_JSON_INVALID",
  "TENON_JSON_TOO_LARGE",
]);

/** Returns why a call cannot enter the instance now. */
export function cannotEnter(state: ComponentState, label: string): TenonError {
  const { subject, trapped: cause } = state;
  if (cause === undefined) return instanceBusy(subject, label);
  // What a host function threw is only the cause: to this call, the instance has trapped.
  const code = cause.code.startsWith("TENON_WASM_") ? cause.code : "TENON_WASM_TRAP";
  return failedEarlier(subject, label, code, cause);
}

function framesOf(thrown: Error): { pluginStack?: string } {
  const pluginStack = guestFrames(thrown.stack);
  return pluginStack === undefined ? {} : { pluginStack };
}
