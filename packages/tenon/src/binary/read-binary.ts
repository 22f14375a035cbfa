import { isCoreDump, notAProgram } from "../errors/factories/binary.js";
import type { Image } from "./bytes/image.js";
import { type ElfFile, readElf } from "./elf/index.js";
import { type MachOFile, readMachO } from "./mach-o/index.js";
import { type PeFile, readPe } from "./pe/index.js";
import { recognise } from "./recognise.js";
import { readWasm, type WasmComponent, type WasmModule } from "./wasm/index.js";

/** A program file of any format, told apart by `format`. A component has no image, because it is not one program. */
export type Binary =
  | { readonly format: "elf"; readonly file: ElfFile }
  | { readonly format: "mach-o"; readonly file: MachOFile }
  | { readonly format: "pe"; readonly file: PeFile }
  | { readonly format: "wasm-module"; readonly file: WasmModule }
  | { readonly format: "wasm-component"; readonly file: WasmComponent };

/**
 * Reads a program file, whatever its format.
 *
 * @param options.arch The part of a fat Mach-O file to read, as GOARCH. Default: the first.
 * @throws TENON_BINARY_UNKNOWN if it is not a program, TENON_BINARY_CORE, TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED
 */
export function readBinary(bytes: Uint8Array, options: { arch?: string | undefined } = {}): Binary {
  const { format, name } = recognise(bytes);
  switch (format) {
    case "elf":
      return { format, file: readElf(bytes) };
    case "mach-o":
    case "mach-o-fat":
      return { format: "mach-o", file: readMachO(bytes, options) };
    case "pe":
      return { format, file: readPe(bytes) };
    case "wasm-module":
    case "wasm-component": {
      const file = readWasm(bytes);
      return file.kind === "module" ? { format: "wasm-module", file } : { format: "wasm-component", file };
    }
    case "core-dump":
      throw isCoreDump(name);
    default:
      throw notAProgram(name);
  }
}

/** Reads the memory of a program of any format; `undefined` for a component. @throws as {@link readBinary} does */
export function readImage(bytes: Uint8Array, options: { arch?: string | undefined } = {}): Image | undefined {
  return imageOf(readBinary(bytes, options));
}

/** Returns the memory of a program; `undefined` for a component. @throws TENON_BINARY_MALFORMED (wasm only) */
export function imageOf(binary: Binary): Image | undefined {
  return binary.format === "wasm-component" ? undefined : binary.file.image;
}
