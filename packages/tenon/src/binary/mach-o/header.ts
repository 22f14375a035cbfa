import { malformed, truncated } from "../../errors/factories/binary.js";
import { ByteReader } from "../bytes/byte-reader.js";

/** The kind of file, from the header: MH_EXECUTE, MH_DYLIB and so on. */
export type MachOType = "object" | "executable" | "core" | "dylib" | "dylinker" | "bundle" | "dsym" | "kext" | "other";

/** The Mach header. Source: `mach-o/loader.h`, `struct mach_header` and `mach_header_64`. */
export interface MachOHeader {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** CPU_TYPE_… as in the file; {@link archOf} names it. */
  readonly cpuType: number;
  readonly cpuSubtype: number;
  readonly type: MachOType;
  readonly flags: number;
  /** The number of load commands, and their total size in bytes. */
  readonly commandCount: number;
  readonly commandBytes: number;
  /** Size of the header itself; the load commands follow it. */
  readonly size: 28 | 32;
}

const types: Readonly<Record<number, MachOType>> = {
  1: "object",
  2: "executable",
  4: "core",
  6: "dylib",
  7: "dylinker",
  8: "bundle",
  10: "dsym",
  11: "kext",
};

/** Returns the GOARCH of a CPU type; `undefined` if Go does not support it. Source: `mach/machine.h`. */
export function archOf(cpuType: number): string | undefined {
  return { 7: "386", 16777223: "amd64", 12: "arm", 16777228: "arm64", 16777234: "ppc64" }[cpuType];
}

/** Returns bits and byte order from the first four bytes; `undefined` if this is not a thin Mach-O file. */
export function machOShape(bytes: Uint8Array): { bits: 32 | 64; littleEndian: boolean } | undefined {
  if (bytes.length < 4) return undefined;
  switch (new ByteReader(bytes, false).u32(0)) {
    case 0xfeed_face:
      return { bits: 32, littleEndian: false };
    case 0xfeed_facf:
      return { bits: 64, littleEndian: false };
    case 0xcefa_edfe:
      return { bits: 32, littleEndian: true };
    case 0xcffa_edfe:
      return { bits: 64, littleEndian: true };
    default:
      return undefined;
  }
}

/** Reads the header of a thin file. @throws TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED */
export function readMachOHeader(bytes: Uint8Array): MachOHeader {
  const shape = machOShape(bytes);
  if (shape === undefined) throw malformed("not a Mach-O file: its first four bytes are wrong", 0);
  const size = shape.bits === 64 ? 32 : 28;
  if (bytes.length < size) throw truncated("the Mach-O header", size, bytes.length);
  const reader = new ByteReader(bytes, shape.littleEndian);
  const commandBytes = reader.u32(20);
  if (size + commandBytes > bytes.length) throw truncated("the load commands", size + commandBytes, bytes.length);
  return {
    ...shape,
    cpuType: reader.u32(4),
    cpuSubtype: reader.u32(8) & 0x00ff_ffff,
    type: types[reader.u32(12)] ?? "other",
    commandCount: reader.u32(16),
    commandBytes,
    flags: reader.u32(24),
    size,
  };
}
