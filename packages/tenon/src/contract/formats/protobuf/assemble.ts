import { protoInvalid, protoNotSaid } from "../../../errors/factories/protobuf.js";
import type { Finding } from "../../../errors/index.js";
import { camel } from "../../model/names.js";
import { type MessageCodec, messageCodec } from "./codec/message-codec.js";
import { Contents } from "./codec/record-content.js";
import { MessageTypes } from "./message-types.js";
import type { ProtobufContract, ProtobufOptions } from "./protobuf-contract.js";
import { linkFiles } from "./schema/link.js";
import type { ParsedFile } from "./schema/parsed-file.js";
import type { MessageSchema, Schema } from "./schema/schema.js";
import { chooseServices, contractOf, reservedNames } from "./services.js";

/**
 * Makes a contract and codecs from files that are parsed.
 *
 * @param files with all that they import.
 * @param main the paths of the files whose services count.
 */
export function assemble(
  files: readonly ParsedFile[],
  main: ReadonlySet<string>,
  options: ProtobufOptions,
): ProtobufContract {
  const schema = linkFiles(files);
  const all = [...schema.services.values()];
  const own = all.filter(({ file }) => main.has(file));
  const services =
    options.exports === undefined && options.imports === undefined
      ? chooseServices(own, undefined, [])
      : chooseServices(
          all,
          options.exports ?? (options.imports === undefined ? undefined : namesOf(own, options.imports)),
          options.imports ?? [],
        );
  const types = new MessageTypes(reservedNames(services));
  const contract = contractOf(services, types, options.id);
  const contents = new Contents();
  const codecs = new Map<string, MessageCodec>();
  const message = (name: string): MessageCodec => {
    let codec = codecs.get(name);
    if (codec === undefined) {
      const found = schema.messages.get(name);
      if (found === undefined)
        throw protoInvalid(
          name,
          `there is no message "${name}"`,
          "Name a message that the files declare, with its package.",
        );
      codec = messageCodec(found, types.message(found), contents, options.limits ?? {});
      codecs.set(name, codec);
    }
    return codec;
  };
  return {
    contract,
    methods: services.flatMap(({ service, side, label }) =>
      service.methods.map((method) => ({
        side,
        interface: camel(label),
        function: camel(method.label),
        path: `/${service.name}/${method.name}`,
        request: message(method.request.name),
        response: message(method.response.name),
        streamsRequests: method.streamsRequests,
        streamsResponses: method.streamsResponses,
      })),
    ),
    messageNames: [...schema.messages.keys()],
    findings: findingsOf(
      schema,
      services.flatMap(({ service }) => service.methods.flatMap((each) => [each.request, each.response])),
    ),
    message,
  };
}

/** The services of the plugin, if only those of the host are named. */
function namesOf(own: readonly { readonly name: string }[], imported: readonly string[]): readonly string[] {
  return own
    .map(({ name }) => name)
    .filter((name) => !imported.includes(name) && !imported.includes(name.slice(name.lastIndexOf(".") + 1)));
}

function findingsOf(schema: Schema, used: readonly MessageSchema[]): readonly Finding[] {
  const findings: Finding[] = [];
  if (used.length === 0)
    findings.push(
      protoNotSaid(
        "services",
        "the files declare no service with methods, so the contract has no functions",
        "Read the file that declares the service.",
      ),
    );
  const reached = new Set(used);
  const aliased = new Set<string>();
  for (const message of reached) {
    for (const { type } of message.fields) {
      if (type.kind === "message") reached.add(type.message);
      else if (type.kind === "enum" && type.enum.aliases.length > 0 && !aliased.has(type.enum.name)) {
        aliased.add(type.enum.name);
        findings.push(
          protoNotSaid(
            type.enum.name,
            `second names of a number are left out: ${type.enum.aliases.join(", ")}`,
            "Use the first name.",
          ),
        );
      }
    }
  }
  const names = [...reached].map(({ name }) => `.${name}`);
  for (const { file, names: extensions } of schema.extensions) {
    const relevant = extensions.filter((each) => {
      const extended = `.${each.replace(/^\./, "").replace(/\.\d+$/, "")}`;
      return names.some((name) => name.endsWith(extended));
    });
    if (relevant.length > 0)
      findings.push(
        protoNotSaid(
          file,
          `extension fields stay in unknownFields: ${relevant.slice(0, 20).join(", ")}`,
          "Declare the fields in the message itself.",
        ),
      );
  }
  return findings;
}
