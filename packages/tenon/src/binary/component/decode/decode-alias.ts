import { malformed } from "../../../errors/factories/binary.js";
import type { WasmCursor } from "../../wasm/cursor.js";
import type { AliasDefinition, CoreSort, Sort } from "./model.js";
import { readName, readSort } from "./reading.js";

const outerSorts: readonly Sort[] = ["core-type", "core-module", "type", "component"];

/** Reads an alias: an item of an instance or of an enclosing component, added to this component's index space. */
export function readAlias(cursor: WasmCursor): AliasDefinition {
  const offset = cursor.at;
  const sort = readSort(cursor);
  const start = cursor.at;
  const target = cursor.byte();
  switch (target) {
    case 0: {
      const isCore = sort.startsWith("core-") && sort !== "core-module";
      if (isCore)
        throw malformed(`an alias expects a ${sort} from an instance, which only core instances export`, offset);
      return { kind: "alias-export", sort, instance: cursor.u32(), name: readName(cursor) };
    }
    case 1:
      if (!isCoreExport(sort))
        throw malformed(`an alias expects a ${sort} from a core instance, which core instances do not export`, offset);
      return { kind: "alias-core-export", sort, instance: cursor.u32(), name: readName(cursor) };
    case 2:
      if (!outerSorts.includes(sort)) throw malformed(`an outer alias cannot refer to a ${sort}`, offset);
      return { kind: "alias-outer", sort, count: cursor.u32(), index: cursor.u32() };
    default:
      throw malformed(`unknown alias target ${target}`, start);
  }
}

const coreExports: readonly Sort[] = ["core-function", "core-table", "core-memory", "core-global", "core-tag"];

/** Whether core instances can export such items. */
export function isCoreExport(sort: Sort): sort is CoreSort {
  return coreExports.includes(sort);
}
