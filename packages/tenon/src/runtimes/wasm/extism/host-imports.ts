import { compileGuard, type FunctionType, typeMismatch } from "../../../contract/core.js";
import { extismHostErrorCase, extismPlanBroken } from "../../../errors/factories/extism.js";
import { abiViolation } from "../../../errors/factories/wasm-call.js";
import { isTenonError } from "../../../errors/index.js";
import type { CoreFunction } from "../abi/code/options.js";
import type { HostFunctions } from "../linking/host-functions.js";
import type { ImportPlan, ValuePassing } from "./imports.js";
import type { Kernel } from "./kernel/kernel.js";

export interface ImportOptions {
  /** The plugin, for messages. */
  readonly subject: string;
  /** Whether functions that are `async` in the contract suspend the plugin. */
  readonly suspends: boolean;
}

/**
 * Returns the core function that a plugin imports for a host function. The error case of a `result` fails the plugin's call,
 * because Extism has no way to pass it to a plugin.
 *
 * @throws (the function) TENON_VALUE_TYPE, TENON_SYNC_UNAVAILABLE, TENON_WASM_ABI, TENON_EXTISM_VALUE, and what the host
 * function throws
 */
export function importFunction(
  plan: ImportPlan,
  host: HostFunctions,
  kernel: Kernel,
  { subject, suspends }: ImportOptions,
): CoreFunction {
  const { label } = plan.signature;
  const found = host.scope(plan.signature.interface === undefined ? "$root" : plan.module)?.function(plan.member);
  if (found === undefined) throw extismPlanBroken(`${label}()`);
  const lift = plan.parameters.map((each) => lifted(each, kernel, label, subject));
  const lower = plan.result && lowered(plan.result, kernel);
  const check = checker(found.type, label);
  const finish = (answer: unknown) => {
    check(answer);
    return lower === undefined ? plan.nothing : lower(answer);
  };
  const call = (target: CoreFunction, flat: readonly unknown[]) =>
    target(...flat.map((value, index) => lift[index]!(value)));
  if (found.type.async && suspends && WebAssembly.Suspending !== undefined) {
    const later = async (...flat: unknown[]) => {
      try {
        return finish(await call(found.start, flat));
      } catch (thrown) {
        throw importFailure(thrown, label, subject);
      }
    };
    return new WebAssembly.Suspending(later) as CoreFunction;
  }
  return (...flat: unknown[]) => {
    let answer: unknown;
    try {
      answer = call(found.call, flat);
    } catch (thrown) {
      throw importFailure(thrown, label, subject);
    }
    return finish(answer);
  };
}

/** Returns the error that the plugin's call fails with when a host function threw. */
function importFailure(cause: unknown, label: string, subject: string): unknown {
  return isTenonError(cause, "TENON_CALL_RESULT") ? extismHostErrorCase(subject, label, cause) : cause;
}

function checker({ result }: FunctionType, label: string): (answer: unknown) => void {
  const answered = result?.kind === "result" ? result.ok : result;
  if (answered === undefined) return () => {};
  const guard = compileGuard(answered);
  return (answer) => {
    if (!guard(answer)) throw typeMismatch(answered, answer, `${label}(): result`);
  };
}

function lifted(passing: ValuePassing, kernel: Kernel, label: string, subject: string): (core: any) => unknown {
  if ("number" in passing) return passing.number.lift;
  const { codec } = passing;
  return (offset: bigint) => {
    const address = kernel.find(offset);
    if (address === 0 && offset !== 0n)
      throw abiViolation(subject, `called ${label}() with offset ${offset}, which is not the start of a block`);
    return codec.read(kernel, address, kernel.lengthOf(address));
  };
}

function lowered(passing: ValuePassing, kernel: Kernel): (value: unknown) => number | bigint {
  if ("number" in passing) return passing.number.lower;
  const { codec } = passing;
  return (value) => BigInt(codec.store(kernel, value));
}
