import { ByteReader } from "./bytes/byte-reader.js";
import { looksLikeText } from "./bytes/text.js";
import { isElf } from "./elf/index.js";
import { isFatMachO, machOShape } from "./mach-o/index.js";
import { isPe } from "./pe/index.js";
import { isWasm } from "./wasm/index.js";

/** The format of a file by its first bytes. */
export type Format =
  | "elf"
  | "core-dump"
  | "mach-o"
  | "mach-o-fat"
  | "pe"
  | "dos"
  | "wasm-module"
  | "wasm-component"
  | "coff-object"
  | "go-object"
  | "go-archive"
  | "llvm-bitcode"
  | "java-class"
  | "archive"
  | "script"
  | "text"
  | "empty"
  | "unknown";

/** A format, and its name for messages: "The file is …". */
export interface Recognised {
  readonly format: Format;
  readonly name: string;
}

/**
 * Recognises a file by its first bytes: the formats that {@link readBinary} reads, and others that users confuse with them.
 *
 * @param head The first bytes of the file. 4096 are enough; most formats need fewer.
 */
export function recognise(head: Uint8Array): Recognised {
  if (head.length === 0) return { format: "empty", name: "empty" };
  return program(head) ?? object(head) ?? container(head) ?? words(head);
}

function program(head: Uint8Array): Recognised | undefined {
  if (isElf(head)) {
    const type = head.length < 18 ? 0 : new ByteReader(head, head[5] !== 2).u16(16);
    if (type === 4) return { format: "core-dump", name: "a core dump (the memory of a crashed process)" };
    return { format: "elf", name: elfNames[type] ?? "an ELF file" };
  }
  if (machOShape(head) !== undefined) return { format: "mach-o", name: "a Mach-O file (macOS, iOS)" };
  if (isFatMachO(head)) return { format: "mach-o-fat", name: "a fat Mach-O file (macOS, several architectures)" };
  if (begins(head, 0xca, 0xfe, 0xba, 0xbe)) return { format: "java-class", name: "a Java class file" };
  if (isPe(head)) return { format: "pe", name: "a PE file (Windows)" };
  if (begins(head, 0x4d, 0x5a) && head.length >= 64) {
    // The header may lie beyond the given bytes.
    const isBeyond = new ByteReader(head).u32(60) + 4 > head.length && head.length >= 4096;
    return isBeyond ? { format: "pe", name: "a PE file (Windows)" } : { format: "dos", name: "a DOS program" };
  }
  if (isWasm(head) && head.length >= 8)
    return head[6] === 0 && head[7] === 0
      ? { format: "wasm-module", name: "a WebAssembly module" }
      : { format: "wasm-component", name: "a WebAssembly component" };
  return undefined;
}

const elfNames: Readonly<Record<number, string>> = {
  1: "an ELF object file (not linked)",
  2: "an ELF program",
  3: "an ELF shared library or position-independent program",
};

function object(head: Uint8Array): Recognised | undefined {
  if (begins(head, 0x42, 0x43, 0xc0, 0xde) || begins(head, 0xde, 0xc0, 0x17, 0x0b))
    return { format: "llvm-bitcode", name: "LLVM bitcode" };
  if (startsWith(head, "!<arch>\n__.PKGDEF")) return { format: "go-archive", name: "a compiled Go package" };
  if (startsWith(head, "go object ")) return { format: "go-object", name: "a Go object file" };
  // Since Go 1.15: a NUL, "go1" and the format's version, "ld".
  if (/^\0go1\d{2}ld/.test(latin(head, 8))) return { format: "go-object", name: "a Go object file" };
  if (isCoffObject(head)) return { format: "coff-object", name: "a Windows object file (not linked)" };
  return undefined;
}

/** COFF objects have no magic number, only a known machine, few sections and no optional header. */
function isCoffObject(head: Uint8Array): boolean {
  if (head.length < 60) return false;
  const reader = new ByteReader(head);
  const isKnown = [0x14c, 0x8664, 0xaa64, 0x1c4].includes(reader.u16(0));
  const sections = reader.u16(2);
  return isKnown && sections > 0 && sections < 4096 && reader.u16(16) === 0 && reader.u16(18) === 0;
}

const containers: readonly { readonly magic: readonly number[]; readonly name: string }[] = [
  { magic: [0x21, 0x3c, 0x74, 0x68, 0x69, 0x6e, 0x3e, 0x0a], name: "a thin archive of object files (ar)" },
  { magic: [0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e, 0x0a], name: "an archive of object files (ar)" },
  { magic: [0x50, 0x4b, 0x03, 0x04], name: "a zip archive" },
  { magic: [0x50, 0x4b, 0x05, 0x06], name: "an empty zip archive" },
  { magic: [0x1f, 0x8b], name: "compressed with gzip" },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], name: "compressed with xz" },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], name: "compressed with zstd" },
  { magic: [0x42, 0x5a, 0x68], name: "compressed with bzip2" },
  { magic: [0x04, 0x22, 0x4d, 0x18], name: "compressed with lz4" },
  { magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], name: "a 7-Zip archive" },
];

function container(head: Uint8Array): Recognised | undefined {
  const found = containers.find(({ magic }) => begins(head, ...magic));
  if (found !== undefined) return { format: "archive", name: found.name };
  if (latin(head.subarray(257), 5) === "ustar") return { format: "archive", name: "a tar archive" };
  return undefined;
}

function words(head: Uint8Array): Recognised {
  if (startsWith(head, "#!")) {
    const line = latin(head, 256).split("\n", 1)[0] ?? "";
    return { format: "script", name: `a script for ${line.slice(2).trim() || "an unknown interpreter"}` };
  }
  if (looksLikeText(head)) return { format: "text", name: "text" };
  return { format: "unknown", name: "in an unknown format" };
}

function begins(head: Uint8Array, ...magic: number[]): boolean {
  return magic.every((byte, index) => head[index] === byte);
}

function startsWith(head: Uint8Array, text: string): boolean {
  return latin(head, text.length) === text;
}

function latin(bytes: Uint8Array, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, length));
}
