import type { Finding } from "../../../errors/index.js";
import type { Contract } from "../../model/model.js";
import type { MessageLimits } from "./codec/limits.js";
import type { MessageCodec } from "./codec/message-codec.js";

/** What {@link contractFromProto} and {@link contractFromDescriptorSet} make of services. */
export interface ProtobufContract {
  readonly contract: Contract;
  /** One for each function of the contract. */
  readonly methods: readonly ProtobufMethod[];
  /** The full names of all messages that the files declare. */
  readonly messageNames: readonly string[];
  /** What the files say and the contract does not. */
  readonly findings: readonly Finding[];
  /**
   * Returns the codec of a message, by its full name.
   *
   * @throws TENON_CONTRACT_INVALID if there is no such message.
   */
  message(name: string): MessageCodec;
}

/** How a function of the contract is called in gRPC. */
export interface ProtobufMethod {
  readonly side: "exports" | "imports";
  /** The key of the interface, which is the service, in the contract. */
  readonly interface: string;
  /** The key of the function in the interface. */
  readonly function: string;
  /** `/package.Service/Method` */
  readonly path: string;
  readonly request: MessageCodec;
  readonly response: MessageCodec;
  readonly streamsRequests: boolean;
  readonly streamsResponses: boolean;
}

export interface ProtobufOptions {
  /** The contract's id. Default: from the package of the first service, such as `grafana:plugin@2.0.0` for grafana.plugin.v2. */
  readonly id?: string;
  /** The services that the plugin implements, by name. Default: all, except those that the host implements. */
  readonly exports?: readonly string[];
  /** The services that the host implements. Default: none. */
  readonly imports?: readonly string[];
  /** What one message may take up. */
  readonly limits?: MessageLimits;
}

export interface ProtoFile {
  /** As other files import it: `google/protobuf/any.proto`. */
  readonly path: string;
  readonly text: string;
}

export interface ProtoOptions extends ProtobufOptions {
  /** Returns the text of an imported file, or `undefined` if there is none. The files of google/protobuf are known. */
  readonly resolve?: (path: string) => string | undefined | Promise<string | undefined>;
}
