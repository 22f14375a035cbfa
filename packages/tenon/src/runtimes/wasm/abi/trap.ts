import { errors, isTenonError, type TenonError } from "../../../errors/index.js";
import type { ComponentState } from "./component-state.js";
import type { CoreFunction } from "./options.js";

/** What a plugin did that the canonical ABI forbids. */
export function abiError(subject: string, message: string): TenonError {
  return errors.TENON_WASM_ABI({ message: `${subject}: ${message}`, subject });
}

/**
 * The coded error for what came out of WebAssembly: a trap, a used-up stack, an exception of the guest's that nobody
 * caught. What a host function threw comes out as it went in.
 *
 * @param label the function that was called.
 */
export function trapError(thrown: unknown, label: string, subject: string): unknown {
  if (isTenonError(thrown)) return thrown;
  const details = (message: string) => ({ message: `${subject}: ${label}() ${message}`, subject, cause: thrown });
  if (thrown instanceof Error && thrown.name === "SuspendError")
    return errors.TENON_SYNC_UNAVAILABLE(details("waits where it stands, and was called synchronously"));
  if (thrown instanceof WebAssembly.RuntimeError)
    return errors.TENON_WASM_TRAP({ ...details(`trapped: ${thrown.message}`), ...framesOf(thrown) });
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message))
    return errors.TENON_WASM_STACK({ ...details("used up the stack"), ...framesOf(thrown) });
  if (WebAssembly.Exception !== undefined && thrown instanceof WebAssembly.Exception)
    return errors.TENON_WASM_TRAP(details("threw an exception that nobody caught"));
  return thrown;
}

/**
 * Marks the instance as trapped by what was thrown while it ran: nothing is known of what it left half done.
 *
 * @param tell when the others are told: after the call that failed, where that is told by a promise.
 * @returns what to throw.
 */
export function trap(
  state: ComponentState,
  thrown: unknown,
  label: string,
  tell: (others: () => void) => void = (others) => others(),
): unknown {
  state.mayEnter = false;
  // What the guest itself told of the failure says more than the trap.
  const error = trapError(state.reported ?? thrown, label, state.subject);
  state.reported = undefined;
  if (state.trapped === undefined) {
    const trapped = trappedBy(error, label, state.subject);
    state.trapped = trapped;
    tell(() => {
      state.lose(trapped);
      state.concurrency.fail(trapped);
    });
  }
  return error;
}

function trappedBy(error: unknown, label: string, subject: string): TenonError {
  if (isTenonError(error)) return error;
  return errors.TENON_WASM_TRAP({
    message: `${subject}: ${label}() was left by an exception: ${error instanceof Error ? error.message : String(error)}`,
    subject,
    cause: error,
  });
}

/**
 * A function that the instance calls, whose failure is the instance's: the guest could catch the exception, and go on
 * with what is forbidden to it.
 */
export function trapping(state: ComponentState, label: string, call: (...flat: any[]) => unknown): CoreFunction {
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
 * Whether what a host function ended with is told to the guest, whose library makes a failure of its own language of it;
 * otherwise it is the end of the instance. What the guest itself has done wrong is not told.
 */
export function tellsGuest(thrown: unknown, state: ComponentState): thrown is TenonError {
  const { tellFailure } = state.concurrency;
  if (tellFailure === undefined || state.trapped !== undefined) return false;
  return isTenonError(thrown) && !thrown.code.startsWith("TENON_WASM_");
}

/** Whether a value was refused outside of the guest's code, so that the instance is as it was. */
export function leavesIntact(thrown: unknown, state: ComponentState): boolean {
  if (!isTenonError(thrown) || state.trapped !== undefined) return false;
  const { code } = thrown;
  return code === "TENON_CALL_TOO_LARGE" || code === "TENON_VALUE_TYPE" || code === "TENON_RESOURCE_FOREIGN";
}

/** Why a call cannot enter the instance now. */
export function refusal(state: ComponentState, label: string): TenonError {
  const { subject, trapped } = state;
  if (trapped !== undefined) {
    // What a host function threw is told as the cause; the state of the instance is its own.
    const code = trapped.code.startsWith("TENON_WASM_") ? trapped.code : "TENON_WASM_TRAP";
    return errors[code]({
      message: `${subject}: ${label}() cannot be called, since the instance has failed: ${trapped.message}`,
      subject,
      cause: trapped,
      ...(trapped.pluginStack === undefined ? {} : { pluginStack: trapped.pluginStack }),
    });
  }
  return errors.TENON_WASM_BUSY({
    message: `${subject}: ${label}() was called while another call runs in the same component instance`,
    subject,
  });
}

/** The frames of the stack that are WebAssembly's: the plugin's side of it. */
function framesOf(thrown: Error): { pluginStack?: string } {
  const frames = (thrown.stack ?? "")
    .split("\n")
    .filter((line) => line.includes("wasm:") || line.includes("wasm-function"));
  return frames.length === 0 ? {} : { pluginStack: frames.map((line) => line.trim()).join("\n") };
}
