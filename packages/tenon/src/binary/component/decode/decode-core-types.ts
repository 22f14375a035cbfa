import { malformed } from "../../../errors/factories/binary.js";
import type { WasmCursor } from "../../wasm/cursor.js";
import { readExternalType } from "../../wasm/externals.js";
import { readSubType } from "../../wasm/types.js";
import type { CoreFunctionType, CoreModuleDeclaration, CoreModuleType, CoreOtherType } from "./model.js";
import { readList, readName } from "./reading.js";

/** Reads one entry of a core type section: a module's type, or a group of core types that refer to each other. */
export function readCoreTypes(cursor: WasmCursor): (CoreModuleType | CoreFunctionType | CoreOtherType)[] {
  switch (cursor.peek()) {
    case 0x50:
      cursor.at++;
      return [
        { kind: "core-module", declarations: readList(cursor, "declarations", 100_000, readDeclarations).flat() },
      ];
    case 0: {
      // A type that begins with 0x50 in the core format has a 0 before it here.
      cursor.at++;
      const start = cursor.at;
      if (cursor.peek() !== 0x50) throw malformed("a core type begins with 0 and is not a subtype", start);
      return readGroup(cursor);
    }
    default:
      return readGroup(cursor);
  }
}

function readGroup(cursor: WasmCursor): (CoreFunctionType | CoreOtherType)[] {
  if (cursor.peek() !== 0x4e) return [readOne(cursor)];
  cursor.at++;
  return readList(cursor, "core types", 1_000_000, readOne);
}

function readOne(cursor: WasmCursor): CoreFunctionType | CoreOtherType {
  const start = cursor.at;
  const type = readSubType(cursor);
  if (type.kind !== "function") return { kind: "core-other" };
  const { parameters, results } = type;
  if (Math.max(parameters.length, results.length) > 1000)
    throw malformed("a core function has more than 1000 parameters or results", start);
  return { kind: "core-function", parameters, results };
}

function readDeclarations(cursor: WasmCursor): CoreModuleDeclaration[] {
  const offset = cursor.at;
  const code = cursor.byte();
  switch (code) {
    case 0:
      return [
        {
          kind: "import",
          module: readName(cursor),
          name: readName(cursor),
          external: readExternalType(cursor),
          offset,
        },
      ];
    case 1:
      return readGroup(cursor).map((type) => ({ kind: "type", type, offset }));
    case 2:
      if (cursor.byte() !== 0x10 || cursor.byte() !== 1)
        throw malformed("the type of a core module may only alias outer types", offset);
      return [{ kind: "alias-outer", count: cursor.u32(), index: cursor.u32(), offset }];
    case 3:
      return [{ kind: "export", name: readName(cursor), external: readExternalType(cursor), offset }];
    default:
      throw malformed(`unknown declaration ${code} in the type of a core module`, offset);
  }
}
