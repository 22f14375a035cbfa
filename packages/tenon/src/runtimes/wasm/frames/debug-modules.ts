import { ByteReader } from "../../../binary/bytes/byte-reader.js";
import { type FindDwarfSection, findPositions, type Position } from "../../../binary/dwarf/index.js";
import { isTenonError } from "../../../errors/index.js";

/** The custom section by which a compiled module with debug data is recognised in every thread. */
export const debugMarkSection = "tenon:debug";

/** Makes the content of that section. @param codeStart where the content of the code section begins */
export function debugMark(name: string, codeStart: number): Uint8Array {
  const text = new TextEncoder().encode(name);
  const content = new Uint8Array(4 + text.length);
  new DataView(content.buffer).setUint32(0, codeStart, true);
  content.set(text, 4);
  return content;
}

interface DebugModule {
  readonly module: WeakRef<WebAssembly.Module>;
  readonly codeStart: number;
  /** What was found, by offset in the module: a plugin often fails in the same place. */
  readonly known: Map<number, readonly Position[]>;
}

const mostKnown = 256;
const modules = new Map<string, DebugModule>();
const forgotten = new FinalizationRegistry<string>((name) => {
  if (modules.get(name)?.module.deref() === undefined) modules.delete(name);
});

/** Lets {@link positionsIn} find the debug data of a module whose code runs in this thread. */
export function noteDebugModule(module: WebAssembly.Module): void {
  const [content] = WebAssembly.Module.customSections(module, debugMarkSection);
  if (content === undefined) return;
  const name = new TextDecoder().decode(content.slice(4));
  if (modules.get(name)?.module.deref() !== undefined) return;
  const codeStart = new DataView(content).getUint32(0, true);
  modules.set(name, { module: new WeakRef(module), codeStart, known: new Map() });
  forgotten.register(module, name);
}

/**
 * Finds the functions at offsets in a module, the innermost first. Reading debug data takes time: this is for failures.
 *
 * @param name as the module's URL shows it.
 * @returns by offset; nothing for modules without debug data, or if that is damaged.
 */
export function positionsIn(name: string, offsets: Iterable<number>): ReadonlyMap<number, readonly Position[]> {
  const found = modules.get(name);
  const module = found?.module.deref();
  if (found === undefined || module === undefined) return new Map();
  const { codeStart, known } = found;
  const unknown = [...offsets].filter((offset) => !known.has(offset));
  if (unknown.length > 0) {
    if (known.size + unknown.length > mostKnown) known.clear();
    const positions = findIn(module, new Set(unknown.map((offset) => offset - codeStart)));
    for (const offset of unknown) known.set(offset, positions.get(offset - codeStart) ?? []);
  }
  return known;
}

function findIn(module: WebAssembly.Module, addresses: ReadonlySet<number>): ReadonlyMap<number, readonly Position[]> {
  const sections = new Map<string, ByteReader | undefined>();
  const find: FindDwarfSection = (name) => {
    if (!sections.has(name)) {
      const [content] = WebAssembly.Module.customSections(module, `.debug_${name}`);
      sections.set(name, content === undefined ? undefined : new ByteReader(new Uint8Array(content)));
    }
    return sections.get(name);
  };
  try {
    return findPositions(find, addresses);
  } catch (thrown) {
    // Debug data that cannot be read says nothing, and the failure itself is what the caller needs to see.
    if (isTenonError(thrown)) return new Map();
    throw thrown;
  }
}
