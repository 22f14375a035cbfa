import { isStateless } from "./stateless-module.js";

/** A part of an instance that linking creates, and the parts that it is made from. */
export interface Part {
  /** Creates it, and puts it into its index space. */
  readonly make: () => void;
  readonly from: readonly Part[];
  /** The module, if the part is an instance of one. */
  readonly module: { readonly bytes: Uint8Array; readonly compiled: WebAssembly.Module } | undefined;
}

/**
 * Returns the parts that a new instance must create anew: instances of modules that have state, and whatever is made from
 * them. The others are always the same, so instances can share them: functions that only call others, and tables that hold
 * such functions.
 *
 * @param parts in the order in which they are created
 */
export function partsToRenew(parts: readonly Part[]): readonly Part[] {
  const renewed = new Set(parts.filter(({ module }) => module !== undefined && !isStateless(module.bytes)));
  for (let before = -1; before !== renewed.size; ) {
    before = renewed.size;
    for (const part of parts) {
      if (part.from.some((each) => renewed.has(each))) renewed.add(part);
      // It may change the table: then nobody else's instance may have it.
      if (renewed.has(part) && part.module !== undefined && importsTable(part.module.compiled))
        addAll(part.from, renewed);
    }
  }
  return parts.filter((part) => renewed.has(part));
}

function importsTable(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.imports(module).some(({ kind }) => kind === "table");
}

function addAll(parts: readonly Part[], to: Set<Part>): void {
  for (const part of parts) {
    to.add(part);
    addAll(part.from, to);
  }
}
