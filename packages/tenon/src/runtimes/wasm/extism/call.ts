import { callResult } from "../../../errors/factories/call.js";
import { extismCallFailed, extismCodeText } from "../../../errors/factories/extism.js";
import { valueTooLarge } from "../../../errors/factories/wasm-call.js";
import { withDeepStacks } from "../frames/engine-frames.js";
import type { PluginState } from "../state/plugin-state.js";
import type { Codec } from "./codec.js";
import type { ExportPlan } from "./exports.js";
import type { Kernel } from "./kernel/kernel.js";
import type { Session } from "./session.js";

const nothing = new Uint8Array();

/**
 * Returns a function of the plugin that takes and returns values. One that may be suspended returns a promise.
 *
 * @throws (the function) TENON_CALL_RESULT for the error of a function that returns a `result`, TENON_EXTISM_FAILED for that
 * of any other. TENON_EXTISM_VALUE and TENON_WASM_ABI if the returned value is not of its type. TENON_CALL_TOO_LARGE.
 * TENON_WASM_BUSY if another call is running. TENON_WASM_TRAP, TENON_WASM_STACK, TENON_WASM_EXIT: the plugin has failed, for
 * this call and all later ones. What a host function threw, unchanged.
 */
export function compileCall(
  plan: ExportPlan,
  number: number,
  session: Session,
  plugin: PluginState,
): (value?: unknown) => unknown {
  const { input, output } = plan;
  const { label } = plan.signature;
  const { kernel } = session;
  const finish = (code: unknown) => {
    session.leave();
    const error = kernel.errorAddress;
    if (error !== 0 || (code !== undefined && code !== 0 && code !== 0n)) throw failure(plan, kernel, code, plugin);
    if (output === undefined) return undefined;
    return readWithin(output, kernel, kernel.outputAddress, kernel.outputLength, plugin);
  };
  return (value) => {
    const core = session.enter(number, label);
    let code: unknown;
    try {
      if (input === undefined) kernel.beginBytes(nothing);
      else input.begin(kernel, value);
      code = plugin.panicsQuietly === true ? withDeepStacks(core) : core();
    } catch (thrown) {
      throw session.abandon(thrown, label);
    }
    if (!(code instanceof Promise)) return finish(code);
    return code.then(finish, (thrown: unknown) => {
      throw session.abandon(thrown, label);
    });
  };
}

function readWithin(codec: Codec, kernel: Kernel, address: number, length: number, { subject, limit }: PluginState) {
  if (limit !== 0 && length > limit) throw valueTooLarge(subject, "a value from the plugin", limit, length);
  return codec.read(kernel, address, length);
}

/** Returns the error for a failed function, with the plugin's own message. */
function failure({ signature, error }: ExportPlan, kernel: Kernel, code: unknown, plugin: PluginState) {
  const { label, type } = signature;
  const address = kernel.errorAddress;
  const length = kernel.lengthOf(address);
  const message = address === 0 ? undefined : kernel.lossyText(address, length);
  if (
    type.result?.kind === "result" &&
    (address !== 0 || type.result.err === undefined || type.result.err.kind === "string")
  ) {
    const text = message ?? extismCodeText(code);
    const payload = error && (address === 0 ? text : readWithin(error, kernel, address, length, plugin));
    return callResult(label, payload, undefined, text);
  }
  return extismCallFailed(plugin.subject, label, code, message);
}
