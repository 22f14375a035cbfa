import { sectionIds, WasmCursor, WasmModule } from "../../../binary/wasm/index.js";

/**
 * Whether the instances of a module have no state of their own: it defines no memory and no global, and its functions only
 * call others, directly or through a table. What linkers generate between the modules of a component is like that.
 *
 * @throws TENON_BINARY_MALFORMED
 */
export function isStateless(bytes: Uint8Array): boolean {
  const module = new WasmModule(bytes);
  if (!module.sections.every(({ id }) => harmless.has(id))) return false;
  if (!module.imports.every(({ external }) => external.kind === "function" || external.kind === "table")) return false;
  const code = module.sections.find(({ id }) => id === sectionIds.code);
  if (code === undefined) return true;
  const cursor = new WasmCursor(bytes, code.offset, code.offset + code.size);
  for (let count = cursor.count(); count > 0; count--) if (!onlyCalls(cursor.part(cursor.u32()))) return false;
  return true;
}

const harmless: ReadonlySet<number> = new Set([
  ...[0, sectionIds.type, sectionIds.import, sectionIds.function, sectionIds.table],
  ...[sectionIds.export, sectionIds.element, sectionIds.code],
]);

/** Whether the body of a function consists of parameters, constants and calls. Source: WebAssembly, "Instructions". */
function onlyCalls(body: WasmCursor): boolean {
  if (body.count() !== 0) return false;
  while (!body.isAtEnd) {
    switch (body.byte()) {
      case 0x0b: // end
        return body.isAtEnd;
      case 0x10: // call
      case 0x20: // local.get
        body.u32();
        break;
      case 0x11: // call_indirect
        body.u32();
        body.u32();
        break;
      case 0x41: // i32.const
        body.s32();
        break;
      default:
        return false;
    }
  }
  return false;
}
