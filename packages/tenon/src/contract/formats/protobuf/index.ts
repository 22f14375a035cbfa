import type { ProtobufContract, ProtobufOptions, ProtoFile, ProtoOptions } from "./protobuf-contract.js";

export type { MessageLimits } from "./codec/limits.js";
export type { MessageCodec } from "./codec/message-codec.js";
export type {
  ProtobufContract,
  ProtobufMethod,
  ProtobufOptions,
  ProtoFile,
  ProtoOptions,
} from "./protobuf-contract.js";

/**
 * Makes a contract from the services of `.proto` files (proto2, proto3, editions 2023 and 2024): an interface for each
 * service, and codecs for the messages. Needs the optional package `protobufjs`, which parses the files. See docs/protobuf.md
 * for what becomes of each type.
 *
 * @param source the text of one file, or files. The services of these count, not those of imported files.
 * @throws TENON_CONTRACT_SYNTAX, TENON_CONTRACT_INVALID, TENON_CONTRACT_UNSUPPORTED or TENON_CONTRACT_TOO_LARGE with file and
 *   line, TENON_PEER_MISSING
 */
export async function contractFromProto(
  source: string | readonly ProtoFile[],
  options: ProtoOptions = {},
): Promise<ProtobufContract> {
  const { fromProto } = await import("./from-proto.js");
  return fromProto(source, options);
}

/**
 * Makes a contract from the services of descriptors, as {@link contractFromProto} does from text. Needs no other package.
 *
 * @param bytes a `FileDescriptorSet` (protoc --descriptor_set_out), or the `FileDescriptorProto` of one or more files as
 *   compiled programs contain them. The services of files that no other one imports count.
 * @throws TENON_MESSAGE_INVALID, TENON_CONTRACT_INVALID, TENON_CONTRACT_UNSUPPORTED, TENON_CONTRACT_TOO_LARGE
 */
export async function contractFromDescriptorSet(
  bytes: Uint8Array | readonly Uint8Array[],
  options: ProtobufOptions = {},
): Promise<ProtobufContract> {
  const { fromDescriptorSet } = await import("./from-descriptor-set.js");
  return fromDescriptorSet(bytes, options);
}
