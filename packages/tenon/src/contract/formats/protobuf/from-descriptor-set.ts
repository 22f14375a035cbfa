import { protoInvalid } from "../../../errors/factories/protobuf.js";
import { assemble } from "./assemble.js";
import type { ProtobufContract, ProtobufOptions } from "./protobuf-contract.js";
import { readDescriptors } from "./read-descriptors.js";
import { knownFiles } from "./schema/known-files.js";
import type { ParsedFile } from "./schema/parsed-file.js";

/** @see contractFromDescriptorSet in index.ts */
export function fromDescriptorSet(
  given: Uint8Array | readonly Uint8Array[],
  options: ProtobufOptions,
): ProtobufContract {
  const own = (given instanceof Uint8Array ? [given] : given).flatMap(readDescriptors);
  const files = new Map<string, ParsedFile>();
  for (const file of own) {
    if (files.has(file.path)) throw protoInvalid(file.path, "the file is in the descriptor set twice");
    files.set(file.path, file);
  }
  const imported = new Set<string>();
  // Grows while it is walked: known files import others.
  for (const file of files.values()) {
    for (const { path } of file.imports) {
      imported.add(path);
      if (files.has(path)) continue;
      const known = knownFiles().get(path);
      if (known === undefined)
        throw protoInvalid(
          file.path,
          `the file imports ${path}, which is not in the descriptor set`,
          "Make the set with protoc --include_imports, or pass the descriptors of all files.",
        );
      files.set(path, known);
    }
  }
  const main = own.map(({ path }) => path).filter((path) => !path.startsWith("google/protobuf/"));
  const roots = main.filter((path) => !imported.has(path));
  return assemble([...files.values()], new Set(roots.length === 0 ? main : roots), options);
}
