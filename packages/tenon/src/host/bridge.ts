import { type AdaptedFunction, adaptContract } from "../contract/compat/index.js";
import type { Contract } from "../contract/core.js";
import { contractsInterchangeable } from "../contract/model/equal.js";
import { adaptedErrorCase } from "../errors/factories/host-call.js";
import { isTenonError } from "../errors/index.js";
import type { FunctionTable, InstanceFunction } from "../runtime/index.js";

type Adapter = NonNullable<AdaptedFunction["adapter"]>;

/** Converts the functions of each side to the other side's version of the contract. */
export interface Bridge {
  /** Returns the plugin's exports as the host calls them. */
  exports(table: FunctionTable): FunctionTable;
  /** Returns the host's functions as the plugin calls them. */
  imports(table: FunctionTable): FunctionTable;
}

const none: Bridge = { exports: (table) => table, imports: (table) => table };

/**
 * Makes the conversions that the verdict `adapts` promises.
 *
 * @throws TENON_CONTRACT_BREAKS when the contracts do not fit.
 */
export function bridge(host: Contract, plugin: Contract): Bridge {
  if (contractsInterchangeable(host, plugin)) return none;
  const { exports, imports } = adaptContract(host, plugin);
  const exported = new Map(
    [...exports.values()].map(({ host: caller, plugin: callee, adapter }) => [caller, { callee, adapter }]),
  );
  const imported = new Map(
    [...imports.values()].map(({ plugin: caller, host: callee, adapter }) => [caller, { callee, adapter }]),
  );
  return { exports: (table) => bridgedTable(table, exported), imports: (table) => bridgedTable(table, imported) };
}

function bridgedTable(
  inner: FunctionTable,
  functions: ReadonlyMap<string, { callee: string; adapter: Adapter | undefined }>,
): FunctionTable {
  const made = new Map<string, InstanceFunction>();
  return {
    get(path) {
      const known = made.get(path);
      if (known !== undefined) return known;
      const found = functions.get(path);
      const target = inner.get(found?.callee ?? path);
      if (target === undefined || found?.adapter === undefined) return target;
      const bridged = bridgedFunction(target, found.adapter, path.includes("[method]"));
      made.set(path, bridged);
      return bridged;
    },
  };
}

/** A method's first parameter is its object, which the adapter knows nothing about. */
function bridgedFunction(target: InstanceFunction, adapter: Adapter, method: boolean): InstanceFunction {
  const { parameters, result, error } = adapter;
  const lower = (given: readonly unknown[]): readonly unknown[] => {
    if (parameters === undefined) return given;
    return method ? [given[0], ...parameters(given.slice(1))] : parameters(given);
  };
  const lift = (answer: unknown): unknown => (result === undefined ? answer : result(answer));
  const failed = (thrown: unknown): unknown => {
    if (error === undefined || !isTenonError(thrown, "TENON_CALL_RESULT")) return thrown;
    return adaptedErrorCase(thrown, error(thrown.payload));
  };
  const call = (begin: () => unknown): unknown => {
    let answer: unknown;
    try {
      answer = begin();
    } catch (thrown) {
      throw failed(thrown);
    }
    if (!(answer instanceof Promise)) return lift(answer);
    return answer.then(lift, (thrown: unknown) => {
      throw failed(thrown);
    });
  };
  const { invokeSync } = target;
  return {
    ...(target.wantsCall === undefined ? {} : { wantsCall: target.wantsCall }),
    answersLater: target.answersLater ?? false,
    invoke: (given, control) => call(() => target.invoke(lower(given), control)),
    ...(invokeSync === undefined
      ? {}
      : { invokeSync: (given, control) => call(() => invokeSync.call(target, lower(given), control)) }),
  };
}
