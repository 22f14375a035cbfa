import { readConstant, readValueType, type WasmCursor } from "../../../binary/wasm/index.js";

/** The bytes before a table's limits, and a function that reads the initial value that may follow them. */
export interface TableHead {
  readonly head: Uint8Array;
  readonly initial: ((cursor: WasmCursor) => Uint8Array) | undefined;
}

/** Source: WebAssembly, "Table Section": a table with an initial value begins with 0x40 0x00. */
export function readTableHead(cursor: WasmCursor): TableHead {
  const start = cursor.at;
  const hasInitial = cursor.peek() === 0x40;
  if (hasInitial) cursor.skip(2);
  readValueType(cursor);
  const head = cursor.reader.slice(start, cursor.at - start);
  if (!hasInitial) return { head, initial: undefined };
  return {
    head,
    initial(after) {
      const from = after.at;
      readConstant(after, () => undefined);
      return after.reader.slice(from, after.at - from);
    },
  };
}
