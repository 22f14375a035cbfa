import { malformed, truncated } from "../../errors/factories/binary.js";
import { ByteReader } from "../bytes/byte-reader.js";

/** The address of a table relative to the image base, and its size in bytes. */
export interface DataDirectory {
  readonly address: number;
  readonly size: number;
}

/** DOS, COFF and optional headers of a PE file. Source: Microsoft, "PE Format". */
export interface PeHeaders {
  readonly bits: 32 | 64;
  /** IMAGE_FILE_MACHINE_…; {@link archOf} names it. */
  readonly machine: number;
  /** IMAGE_FILE_…: 0x2000 is a library. */
  readonly characteristics: number;
  readonly isLibrary: boolean;
  readonly entryAddress: number;
  /** The address that the file was linked for. */
  readonly imageBase: number;
  readonly imageSize: number;
  readonly headersSize: number;
  readonly sectionAlignment: number;
  readonly fileAlignment: number;
  readonly subsystem: string;
  /** IMAGE_DLLCHARACTERISTICS_…. */
  readonly dllCharacteristics: number;
  readonly directories: readonly DataDirectory[];
  readonly sections: { readonly offset: number; readonly count: number };
  readonly symbols: { readonly offset: number; readonly count: number };
}

/** Numbers of the data directories that Tenon reads. */
export const directories = {
  exports: 0,
  imports: 1,
  certificates: 4,
  relocations: 5,
  delayImports: 13,
  clr: 14,
} as const;

const subsystems: Readonly<Record<number, string>> = {
  1: "native",
  2: "windows",
  3: "console",
  5: "OS/2",
  7: "POSIX",
  9: "Windows CE",
  10: "EFI application",
  11: "EFI boot driver",
  12: "EFI runtime driver",
  13: "EFI ROM",
  14: "Xbox",
  16: "boot application",
};

/** Returns the GOARCH of a machine; `undefined` if Go does not support it. */
export function archOf(machine: number): string | undefined {
  return { 332: "386", 34404: "amd64", 43620: "arm64", 42574: "arm64", 448: "arm", 450: "arm", 452: "arm" }[machine];
}

/** Whether the bytes are the start of a PE file: a DOS program whose header points to a PE header. */
export function isPe(bytes: Uint8Array): boolean {
  if (bytes.length < 64 || bytes[0] !== 0x4d || bytes[1] !== 0x5a) return false;
  const at = new ByteReader(bytes).u32(60);
  return bytes[at] === 0x50 && bytes[at + 1] === 0x45 && bytes[at + 2] === 0 && bytes[at + 3] === 0;
}

/** Reads every header except the section table. @throws TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED */
export function readPeHeaders(bytes: Uint8Array): PeHeaders {
  if (bytes[0] !== 0x4d || bytes[1] !== 0x5a)
    throw malformed("not a PE file: expected the bytes MZ and the offset of a PE header", 0);
  if (bytes.length < 64) throw truncated("the DOS header", 64, bytes.length);
  const reader = new ByteReader(bytes);
  const start = reader.u32(60);
  if (start + 24 > bytes.length) throw truncated("the PE header", start + 24, bytes.length);
  if (reader.u32(start) !== 0x0000_4550) throw malformed("the DOS header does not point to a PE header", start);
  const optional = start + 24;
  const optionalSize = reader.u16(start + 20);
  if (optional + optionalSize > bytes.length)
    throw truncated("the optional header", optional + optionalSize, bytes.length);
  const magic = optionalSize >= 2 ? reader.u16(optional) : 0;
  if (magic !== 0x10b && magic !== 0x20b) throw malformed("the optional header is neither PE32 nor PE32+", optional);
  const bits = magic === 0x20b ? 64 : 32;
  // The four sizes of stack and heap are the only fields before the directories that are wider in PE32+.
  const fixed = bits === 64 ? 112 : 96;
  if (optionalSize < fixed) throw malformed("the optional header is too short", optional);
  const count = reader.u32(optional + fixed - 4);
  const held = Math.min(count, 16, Math.floor((optionalSize - fixed) / 8));
  const characteristics = reader.u16(start + 22);
  const subsystem = reader.u16(optional + 68);
  return {
    bits,
    machine: reader.u16(start + 4),
    characteristics,
    isLibrary: (characteristics & 0x2000) !== 0,
    entryAddress: reader.u32(optional + 16),
    imageBase: bits === 64 ? reader.u64(optional + 24) : reader.u32(optional + 28),
    sectionAlignment: reader.u32(optional + 32),
    fileAlignment: reader.u32(optional + 36),
    imageSize: reader.u32(optional + 56),
    headersSize: reader.u32(optional + 60),
    subsystem: subsystems[subsystem] ?? `subsystem ${subsystem}`,
    dllCharacteristics: reader.u16(optional + 70),
    directories: Array.from({ length: held }, (_, index) => ({
      address: reader.u32(optional + fixed + index * 8),
      size: reader.u32(optional + fixed + index * 8 + 4),
    })),
    sections: { offset: optional + optionalSize, count: reader.u16(start + 6) },
    symbols: { offset: reader.u32(start + 12), count: reader.u32(start + 16) },
  };
}
