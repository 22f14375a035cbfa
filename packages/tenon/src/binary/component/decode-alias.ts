import { malformed } from "../malformed.js";
import type { WasmCursor } from "../wasm/cursor.js";
import type { AliasDefinition, CoreSort, Sort } from "./model.js";
import { readName, readSort } from "./reading.js";

const outerSorts: readonly Sort[] = ["core-type", "core-module", "type", "component"];

/** Reads an alias: another name's or another component's item in an index space of one's own. */
export function readAlias(cursor: WasmCursor): AliasDefinition {
  const offset = cursor.at;
  const sort = readSort(cursor);
  const start = cursor.at;
  const target = cursor.byte();
  switch (target) {
    case 0: {
      const isCore = sort.startsWith("core-") && sort !== "core-module";
      if (isCore) throw malformed(`instances of components export no ${sort}`, offset);
      return { kind: "alias-export", sort, instance: cursor.u32(), name: readName(cursor) };
    }
    case 1:
      if (!isCoreExport(sort)) throw malformed(`core instances export no ${sort}`, offset);
      return { kind: "alias-core-export", sort, instance: cursor.u32(), name: readName(cursor) };
    case 2:
      if (!outerSorts.includes(sort)) throw malformed(`a ${sort} cannot be taken from a component around`, offset);
      return { kind: "alias-outer", sort, count: cursor.u32(), index: cursor.u32() };
    default:
      throw malformed(`there is no target ${target} of aliases`, start);
  }
}

const coreExports: readonly Sort[] = ["core-function", "core-table", "core-memory", "core-global", "core-tag"];

/** Whether core instances can export such items. */
export function isCoreExport(sort: Sort): sort is CoreSort {
  return coreExports.includes(sort);
}
