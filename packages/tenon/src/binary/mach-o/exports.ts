import { malformed } from "../../errors/factories/binary.js";
import { Allowance } from "../bytes/allowance.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { readUleb128 } from "./uleb128.js";

/** A symbol that other files can use. */
export interface MachOExport {
  readonly name: string;
  readonly kind: "regular" | "thread-local" | "absolute";
  readonly weak: boolean;
  /** Its address, or the value of an absolute symbol; `undefined` for a re-export. */
  readonly address: number | undefined;
  /** For a re-export: the number of the library, from 1, and the name in it. */
  readonly reexport: { readonly library: number; readonly name: string } | undefined;
}

const kinds = ["regular", "thread-local", "absolute"] as const;
const flagWeak = 0x04;
const flagReexport = 0x08;

/**
 * Reads the exports trie: names share prefixes, and each node may end a name. Source: `mach-o/loader.h`,
 * EXPORT_SYMBOL_FLAGS_… and the description there.
 *
 * @param trie The bytes of the trie alone.
 * @param base Address of the Mach-O header; addresses in the trie are relative to it.
 * @throws TENON_BINARY_MALFORMED, also for a node with two parents
 */
export function readExportsTrie(trie: Uint8Array, base: number): MachOExport[] {
  if (trie.length === 0) return [];
  const reader = new ByteReader(trie);
  const names = new Allowance("the names of exports", 256 * trie.length + 4096);
  const seen = new Uint8Array(trie.length);
  const found: MachOExport[] = [];
  const open = [{ offset: 0, name: "" }];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen[node.offset] !== 0)
      throw malformed("the exports trie has a cycle or a node outside the trie", node.offset);
    seen[node.offset] = 1;
    const terminal = readUleb128(trie, node.offset);
    let at = terminal.next;
    if (terminal.value > 0) {
      names.spend(node.name.length);
      found.push(readTerminal(reader, reader.slice(at, terminal.value), node.name, base));
    }
    at += terminal.value;
    const children = reader.u8(at++);
    const branches: typeof open = [];
    for (let child = 0; child < children; child++) {
      const end = trie.indexOf(0, at);
      if (end < 0) throw malformed("a name in the exports trie does not end", at);
      names.spend(end - at);
      const target = readUleb128(trie, end + 1);
      branches.push({ offset: target.value, name: node.name + reader.text(at, end - at) });
      at = target.next;
    }
    open.push(...branches.reverse());
  }
  return found;
}

function readTerminal(reader: ByteReader, data: Uint8Array, name: string, base: number): MachOExport {
  const flags = readUleb128(data, 0);
  const kind = kinds[flags.value & 3];
  if (kind === undefined) throw malformed(`the export ${name} has an unknown kind`);
  const weak = (flags.value & flagWeak) !== 0;
  const value = readUleb128(data, flags.next);
  if ((flags.value & flagReexport) === 0) {
    const address = kind === "absolute" ? value.value : base + value.value;
    return { name, kind, weak, address, reexport: undefined };
  }
  // An empty name means that the name is the same in the library.
  const end = data.indexOf(0, value.next);
  if (end < 0) throw malformed(`the export ${name} is re-exported under a name that does not end`);
  const other = new ByteReader(data, reader.littleEndian).text(value.next, end - value.next);
  return { name, kind, weak, address: undefined, reexport: { library: value.value, name: other || name } };
}
