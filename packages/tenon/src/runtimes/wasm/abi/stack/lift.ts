import type { FunctionType } from "../../../../contract/core.js";
import { callResult } from "../../../../errors/factories/call.js";
import { abiViolation } from "../../../../errors/factories/wasm-call.js";
import { codeContext, compile } from "../calls/compile.js";
import { passHandles, type ResolveResource } from "../calls/pass-handles.js";
import { failure } from "../calls/sync-lift.js";
import { flattenFunction } from "../code/flatten.js";
import { liftResult, lowerParameters } from "../code/lift-source.js";
import type { CanonicalOptions, CoreFunction } from "../code/options.js";
import { settlingExport } from "../code/thunks.js";
import { ValueSource } from "../code/value-source.js";
import { CallScope } from "../state/call-scope.js";
import type { CallStack, Enter } from "../state/call-stack.js";
import type { ComponentState } from "../state/component-state.js";
import type { Frame } from "../state/frame.js";
import { cannotEnter } from "../state/trap.js";

/** The generated code: `enter` starts the call, `settle` reads the result before any other call can enter. */
interface Generated {
  enter(frame: Frame, ...parameters: unknown[]): Promise<unknown>;
  settle(result: unknown): void;
}

/**
 * `compileLift` for an instance with a stack of calls: while a host function waits, the engine suspends the code, and others
 * may call the instance.
 *
 * @returns the function. It returns a promise only if something had to wait.
 * @throws (the compiled function, which may also reject) what `compileLift` throws.
 */
export function compileLiftOnStack(
  label: string,
  type: FunctionType,
  core: CoreFunction,
  options: CanonicalOptions,
  state: ComponentState,
  resolve: ResolveResource,
  stack: CallStack,
): (...parameters: any[]) => unknown {
  const shape = flattenFunction(type, "lift", false);
  const values = new ValueSource();
  const names = type.parameters.map((_, index) => `p${index}`);
  const { lowering, passed } = lowerParameters(values, type, shape, names);
  const lifting = liftResult(values, type, shape.resultInMemory);
  const usesMemory = values.touchesMemory || shape.parametersInMemory;
  const { postReturn } = options;
  const scoped = type.parameters.length > 0 && values.borrows;
  const result = shape.results.length === 0 ? "" : "r";
  const expression = `({
  enter(${["frame", ...names].join(", ")}) {
    ${scoped ? "frame.scope = scope = openScope();" : ""}
    ${usesMemory ? "memory.refresh();" : ""}
    ${lowering === "" ? "" : `state.mayLeave = false;\n${lowering}\nstate.mayLeave = true;`}
    return entry.run(${passed.join(", ")});
  },
  settle(r) {
    const frame = stack.current;
    let v, isError = false;
    try {
      ${options.reports === true ? "if (state.reported !== undefined) throw state.reported;" : ""}
      ${scoped ? "if (frame.scope.borrows !== 0) throw stillBorrowed(frame.scope.borrows);" : ""}
      ${usesMemory ? "memory.refresh(); memory.budget();" : ""}
      ${lifting}
      ${postReturn === undefined ? "" : `state.mayLeave = false; postReturn(${result}); state.mayLeave = true;`}
      if (state.trapped !== undefined) throw state.trapped;
    } catch (thrown) { stack.end(frame); frame.fail(failed(thrown, r)); return; }
    stack.end(frame);
    ${type.result?.kind === "result" ? "if (isError) { frame.fail(errorCase(v)); return; }" : ""}
    frame.resolve(v);
  },
})`;
  const failed = (thrown: unknown, given?: unknown) => failure(thrown, given, label, options, state, queueMicrotask);
  const entry = { run: undefined as unknown };
  const generated = compile(
    values,
    expression,
    {
      ...codeContext(options, state, label),
      stack,
      entry,
      postReturn,
      failed,
      openScope: () => new CallScope(),
      stillBorrowed: (count: number) =>
        abiViolation(state.subject, `${label}() returned while it still holds ${count} borrowed handles`),
      errorCase: (payload: unknown) => callResult(label, payload),
    },
    passHandles(state, resolve),
  ) as unknown as Generated;
  entry.run = WebAssembly.promising!(settlingExport(shape, core, generated.settle));
  return (...parameters) => {
    if (!state.mayEnter) throw cannotEnter(state, label);
    const enter: Enter = (frame) => generated.enter(frame, ...parameters);
    return stack.call(enter, failed);
  };
}
