import { sectionIds, WasmCursor, WasmModule } from "../../../binary/wasm/index.js";
import { readDeclaredLimits } from "./declared-limits.js";
import { concatenate } from "./limit-module.js";
import { SectionWriter } from "./section-writer.js";

/** The module name under which a rewritten module imports its memory. The name of the import says the size: `17-1024`. */
const lender = "tenon:memory";

/**
 * Rewrites a module that defines a memory so that it imports it instead. Instances that follow each other can then use one
 * memory, which is cleared in between: see {@link LentMemory}. Creating a memory costs more than that, most of all in garbage
 * collections.
 *
 * @param bytes a core module; returned unchanged if it has not exactly one memory of the usual kind.
 * @throws TENON_BINARY_MALFORMED
 */
export function importMemory(bytes: Uint8Array): Uint8Array {
  const module = new WasmModule(bytes);
  const memory = module.sections.find(({ id }) => id === sectionIds.memory);
  if (memory === undefined) return bytes;
  if (module.imports.some(({ module, external }) => module === lender || external.kind === "memory")) return bytes;
  const limits = new WasmCursor(bytes, memory.offset, memory.offset + memory.size);
  if (limits.count() !== 1) return bytes;
  const { flags, minimum, maximum } = readDeclaredLimits(limits, "memory");
  // Neither shared nor with 64 bits or pages of another size.
  if (flags > 1 || minimum > mostPages) return bytes;
  const entry = new SectionWriter()
    .name(lender)
    .name(`${minimum}-${maximum ?? ""}`)
    .byte(memoryKind)
    .byte(flags);
  entry.u64(minimum);
  if (maximum !== undefined) entry.u64(maximum);
  const parts: Uint8Array[] = [];
  let copied = 0;
  let end = 8;
  let written = false;
  const replace = (from: number, to: number, ...by: Uint8Array[]) => {
    parts.push(bytes.subarray(copied, from), ...by);
    copied = to;
  };
  for (const { id, offset, size } of module.sections) {
    const start = end;
    end = offset + size;
    if (id === sectionIds.import) {
      const others = new WasmCursor(bytes, offset, end);
      const count = others.count();
      const imports = new SectionWriter().u32(count + 1).bytes(bytes.subarray(others.at, end));
      replace(start, end, imports.bytes(entry.content).section(sectionIds.import));
      written = true;
    } else if (id === sectionIds.memory) {
      replace(start, end);
    }
    if (!written && id === sectionIds.type) {
      const next = module.sections.find((section) => section.id !== 0 && section.id !== sectionIds.type);
      if (next?.id === sectionIds.import) continue;
      replace(end, end, new SectionWriter().u32(1).bytes(entry.content).section(sectionIds.import));
      written = true;
    }
  }
  return written ? concatenate([...parts, bytes.subarray(copied)]) : bytes;
}

const memoryKind = 2;
/** Of 64 MiB. A larger memory is not cleared but created: the engine clears only what an instance touches. */
const mostPages = 1024n;

/** The memory of instances that follow each other. */
export class LentMemory {
  readonly #name: string;
  readonly #size: ConstructorParameters<typeof WebAssembly.Memory>[0];
  #memory: WebAssembly.Memory | undefined;
  /** All bytes of the memory, in blocks. */
  #blocks: readonly Buffer[] = [];

  /**
   * Returns what lends a memory to a module that was rewritten by {@link importMemory}; `undefined` for another.
   *
   * @param given the module names that its other imports come from
   */
  static for(module: WebAssembly.Module, given: readonly { readonly name: string }[]): LentMemory | undefined {
    if (given.some(({ name }) => name === lender)) return undefined;
    const found = WebAssembly.Module.imports(module).find((each) => each.module === lender);
    return found === undefined ? undefined : new LentMemory(found.name);
  }

  private constructor(name: string) {
    const [initial = "", maximum = ""] = name.split("-");
    this.#name = name;
    this.#size = { initial: Number(initial), ...(maximum === "" ? {} : { maximum: Number(maximum) }) };
  }

  /** Adds a memory to a module's imports: as if it were new, whatever an earlier instance did with it. */
  lend(imports: WebAssembly.Imports): void {
    // The buffer of a memory that has grown is another one.
    if (this.#memory !== undefined && this.#memory.buffer === this.#blocks[0]?.buffer) clear(this.#blocks);
    else {
      this.#memory = new WebAssembly.Memory(this.#size);
      this.#blocks = blocksOf(this.#memory.buffer);
    }
    imports[lender] = { [this.#name]: this.#memory };
  }
}

const blockSize = 32 * 1024;
const zeros = Buffer.alloc(blockSize);

function blocksOf(buffer: ArrayBuffer): Buffer[] {
  const count = buffer.byteLength / blockSize;
  return Array.from({ length: count }, (_, index) => Buffer.from(buffer, index * blockSize, blockSize));
}

/** Clears memory, and leaves alone what is clear: most of it was never touched, so that the system has not provided it. */
function clear(blocks: readonly Buffer[]): void {
  for (const block of blocks) if (block.compare(zeros) !== 0) block.fill(0);
}
