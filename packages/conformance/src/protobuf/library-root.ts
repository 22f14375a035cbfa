import { create, toBinary } from "@bufbuild/protobuf";
import * as known from "@bufbuild/protobuf/wkt";
import protobufjs from "protobufjs";
import descriptor from "protobufjs/ext/descriptor.js";
import type { ProtocolSource } from "./protocols.js";

type WithDescriptors = typeof protobufjs.Root & {
  fromDescriptor(set: unknown): protobufjs.Root;
};

/** Returns what the library makes of a protocol's files. */
export function libraryRoot({ files, resolve }: ProtocolSource): protobufjs.Root {
  const root = new protobufjs.Root();
  const seen = new Set<string>();
  const add = (path: string, text: string | undefined): void => {
    if (seen.has(path)) return;
    seen.add(path);
    if (text === undefined) {
      const nested = protobufjs.common.get(path)?.nested;
      if (nested !== undefined) root.addJSON(nested);
      return;
    }
    const { imports = [] } = protobufjs.parse(text, root, { keepCase: true });
    for (const each of imports ?? []) add(each, resolve(each));
  };
  for (const { path, text } of files) add(path, text);
  root.resolveAll();
  return root;
}

/** All files of google/protobuf, as a descriptor set: made by protoc, and carried by another library. */
export function knownDescriptorSet(): Uint8Array {
  const file = Object.entries(known)
    .filter(([name]) => /^file_google_protobuf_(?!compiler|cpp|go|java)/.test(name))
    .map(([, { proto }]: [string, any]) => proto);
  return toBinary(known.FileDescriptorSetSchema, create(known.FileDescriptorSetSchema, { file }));
}

/** Returns what the library makes of a descriptor set. */
export function rootOfDescriptorSet(bytes: Uint8Array): protobufjs.Root {
  const set = (descriptor as any).FileDescriptorSet.decode(bytes);
  const root = (protobufjs.Root as WithDescriptors).fromDescriptor(set);
  root.resolveAll();
  return root;
}
