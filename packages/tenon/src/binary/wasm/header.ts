import { malformed, truncated } from "../../errors/factories/binary.js";
import { ByteReader } from "../bytes/byte-reader.js";

/** Whether the bytes are the start of a WebAssembly binary of any version. */
export function isWasm(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
}

/**
 * Reads the preamble: whether the binary is a core module or a component (its "layer").
 * Sources: WebAssembly, "Modules"; Component Model, "Binary Format Explainer".
 *
 * @throws TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED
 */
export function readPreamble(bytes: Uint8Array): "module" | "component" {
  if (!isWasm(bytes)) throw malformed("not a WebAssembly file: expected the bytes 00 61 73 6d", 0);
  if (bytes.length < 8) throw truncated("the preamble", 8, bytes.length);
  const reader = new ByteReader(bytes);
  const version = reader.u16(4);
  const layer = reader.u16(6);
  if (layer === 0 && version === 1) return "module";
  if (layer === 1 && version === 13) return "component";
  throw malformed(`unknown WebAssembly version ${version} of layer ${layer}`, 4);
}
