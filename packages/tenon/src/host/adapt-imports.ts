import { adaptFunction, type Contract, contractsEqual, fullType, signatures } from "../contract/index.js";
import type { FunctionTable } from "../runtime/index.js";

/** The host's functions as a plugin with another version of the contract expects them. */
export function adaptImports(table: FunctionTable, host: Contract, plugin: Contract): FunctionTable {
  if (host === plugin || contractsEqual(host, plugin)) return table;
  const ours = new Map(signatures(host.imports).map((signature) => [signature.path, fullType(signature)]));
  const theirs = new Map(signatures(plugin.imports).map((signature) => [signature.path, fullType(signature)]));
  return {
    get(path) {
      const target = table.get(path);
      const own = ours.get(path);
      const other = theirs.get(path);
      if (target === undefined || own === undefined || other === undefined) return target;
      // The plugin is the caller here: its parameters become the host's, the host's answer becomes the plugin's.
      const bridge = adaptFunction(other, own);
      if (bridge === undefined) return target;
      const { parameters = (given: readonly unknown[]) => given, result = (value: unknown) => value } = bridge;
      const finish = (answer: unknown): unknown => (answer instanceof Promise ? answer.then(result) : result(answer));
      return {
        wantsCall: target.wantsCall === true,
        invoke: (given, control) => finish(target.invoke(parameters([...given]), control)),
        ...(target.invokeSync === undefined
          ? {}
          : { invokeSync: (given, control) => finish(target.invokeSync?.(parameters([...given]), control)) }),
      };
    },
  };
}
