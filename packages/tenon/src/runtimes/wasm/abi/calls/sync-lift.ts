import type { FunctionType } from "../../../../contract/core.js";
import { callResult } from "../../../../errors/factories/call.js";
import { abiViolation } from "../../../../errors/factories/wasm-call.js";
import { deepenStacks, restoreStacks } from "../../frames/engine-frames.js";
import { flattenFunction } from "../code/flatten.js";
import { liftResult, lowerParameters } from "../code/lift-source.js";
import type { CanonicalOptions, CoreFunction } from "../code/options.js";
import { ValueSource } from "../code/value-source.js";
import { currentLimit } from "../state/call-limit.js";
import { CallScope } from "../state/call-scope.js";
import type { ComponentState } from "../state/component-state.js";
import { cannotEnter, leavesInstanceUsable, trap } from "../state/trap.js";
import { bind, codeContext, type GeneratedCode, programOf } from "./compile.js";
import { passHandles, type ResolveResource } from "./pass-handles.js";

/** @param waits whether `core` returns a promise, which the compiled function awaits. */
export function compileSyncLift(
  label: string,
  type: FunctionType,
  core: CoreFunction,
  options: CanonicalOptions,
  state: ComponentState,
  resolve: ResolveResource,
  waits = false,
): (...parameters: any[]) => unknown {
  const { postReturn } = options;
  const { concurrency } = state;
  const variant: Variant = {
    waits,
    callsOut: state.callsOut,
    reentrant: state.reentrant,
    concurrent: concurrency.used,
    stacked: state.stack !== undefined,
    quiet: state.panicsQuietly,
    reports: options.reports === true,
    freesResult: postReturn !== undefined,
  };
  const program = programOf(type, `lift ${Object.values(variant).join()}`, () => generate(type, variant));
  return bind(
    program,
    {
      ...codeContext(options, state, label),
      core,
      postReturn,
      concurrency,
      currentLimit,
      deepenStacks,
      restoreStacks,
      refused: () => cannotEnter(state, label),
      openScope: () => new CallScope(),
      stillBorrowed: (count: number) =>
        abiViolation(state.subject, `${label}() returned while it still holds ${count} borrowed handles`),
      errorCase: (payload: unknown) => callResult(label, payload),
      failed: (thrown: unknown, result: unknown) => failure(thrown, result, label, options, state),
    },
    passHandles(state, resolve),
  );
}

/** Everything but its type that the code of a lifted function depends on. */
interface Variant {
  readonly waits: boolean;
  readonly callsOut: boolean;
  readonly reentrant: boolean;
  readonly concurrent: boolean;
  readonly stacked: boolean;
  readonly quiet: boolean;
  readonly reports: boolean;
  readonly freesResult: boolean;
}

function generate(type: FunctionType, variant: Variant): GeneratedCode {
  const { waits, concurrent, stacked, quiet, reports, freesResult } = variant;
  const shape = flattenFunction(type, "lift", false);
  const values = new ValueSource();
  const names = type.parameters.map((_, index) => `p${index}`);
  const { lowering, passed } = lowerParameters(values, type, shape, names);
  const lifting = liftResult(values, type, shape.resultInMemory);
  const usesMemory = values.touchesMemory || shape.parametersInMemory;
  // Between the entry and the exit of a call that passes only numbers, nothing could call the instance again.
  const undisturbed = !variant.callsOut && lowering === "";
  const reentrant = (variant.reentrant || undisturbed) && !waits;
  const scoped = type.parameters.length > 0 && values.borrows;
  const expression = `${waits ? "async " : ""}function (${names.join(", ")}) {
  if (!state.mayEnter) throw refused();
  ${reentrant ? "" : "state.mayEnter = false;"}
  ${variant.callsOut && !concurrent && !stacked ? 'state.printed = "";' : ""}
  ${waits ? "concurrency.waiting = { limit: currentLimit() };" : ""}
  let r, v, isError = false;
  ${concurrent ? "const { storage } = concurrency; concurrency.storage = [0, 0];" : ""}
  ${stacked ? "state.stack.unsuspendable++;" : ""}
  ${quiet ? "const deep = deepenStacks();" : ""}
  try {
    ${scoped ? "const call = scope = openScope();" : ""}
    ${usesMemory ? "memory.refresh();" : ""}
    ${lowering === "" ? "" : `state.mayLeave = false;\n${lowering}\nstate.mayLeave = true;`}
    r = core(${passed.join(", ")});
    ${quiet ? "restoreStacks(deep);" : ""}
    ${waits ? "r = await r;" : ""}
    ${reports ? "if (state.reported !== undefined) throw state.reported;" : ""}
    ${scoped ? "if (call.borrows !== 0) throw stillBorrowed(call.borrows);" : ""}
    ${usesMemory ? "memory.refresh(); memory.budget();" : ""}
    ${lifting}
    ${!freesResult ? "" : `state.mayLeave = false; postReturn(${shape.results.length === 0 ? "" : "r"}); state.mayLeave = true;`}
    if (state.trapped !== undefined) throw state.trapped;
  } catch (thrown) { ${quiet ? "restoreStacks(deep); " : ""}${waits ? "concurrency.waiting = undefined; " : ""}${concurrent ? "concurrency.storage = storage; " : ""}${stacked ? "state.stack.left(); " : ""}throw failed(thrown, r); }
  ${concurrent ? "concurrency.storage = storage;" : ""}
  ${stacked ? "state.stack.left();" : ""}
  ${waits ? "concurrency.waiting = undefined;" : ""}
  ${reentrant ? "" : "state.mayEnter = true;"}
  ${waits ? "concurrency.left(state);" : ""}
  ${type.result?.kind === "result" ? "if (isError) throw errorCase(v);" : ""}
  return v;
}`;
  return { values, expression };
}

/**
 * Returns what to throw when a call failed. Most failures trap the instance.
 *
 * @param notify see `trap`.
 */
export function failure(
  thrown: unknown,
  result: unknown,
  label: string,
  { postReturn }: CanonicalOptions,
  state: ComponentState,
  notify?: (others: () => void) => void,
): unknown {
  const { reported } = state;
  state.reported = undefined;
  if (reported !== undefined && thrown !== reported) return trap(state, reported, label, notify);
  if (reported === undefined && !leavesInstanceUsable(thrown, state)) return trap(state, thrown, label, notify);
  // The instance may still free its result.
  try {
    if (result !== undefined && postReturn !== undefined && reported === undefined) {
      state.mayLeave = false;
      postReturn(result);
    }
  } catch (second) {
    return trap(state, second, label, notify);
  }
  state.mayLeave = true;
  state.mayEnter = true;
  return thrown;
}
