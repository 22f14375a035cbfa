import { protoUnsupported } from "../../errors/factories/contract.js";
import type { FunctionType, Parameter, Type } from "../model/model.js";
import { pascal } from "../model/names.js";
import { NamePool } from "./name-pool.js";
import type { ProtoAlternative, ProtoField, ProtoMessages } from "./proto-messages.js";
import { comment, type ProtoFunction } from "./proto-names.js";
import type { TextWriter } from "./text-writer.js";

/** Writes services: a request and a response message for each function. */
export class ProtoFunctions {
  readonly #messages: ProtoMessages;

  constructor(messages: ProtoMessages) {
    this.#messages = messages;
  }

  service(name: string, docs: string | undefined, functions: readonly ProtoFunction[], out: TextWriter): void {
    const methods = new NamePool();
    const lines: { docs: readonly (string | undefined)[]; text: string }[] = [];
    for (const item of functions) {
      const method = methods.take(pascal(item.name));
      const request = this.#messages.names.take(`${method}Request`, `${name}${method}Request`);
      const response = this.#messages.names.take(`${method}Response`, `${name}${method}Response`);
      const streamsIn = this.#request(request, item, out);
      const streamsOut = this.#response(response, item, out);
      const remark = item.type.optional ? "Optional: an implementation without it returns UNIMPLEMENTED." : undefined;
      lines.push({
        docs: [item.type.docs, remark],
        text: `rpc ${method}(${streamsIn ? "stream " : ""}${request}) returns (${streamsOut ? "stream " : ""}${response});`,
      });
    }
    out.gap();
    comment(out, docs);
    out.block(`service ${name} {`, () => {
      for (const line of lines) {
        for (const text of line.docs) comment(out, text);
        out.line(line.text);
      }
    });
  }

  /** Writes the request. Returns whether it is a stream: one element per message, with all other parameters in the first. */
  #request(name: string, item: ProtoFunction, out: TextWriter): boolean {
    const streams = item.type.parameters.filter(({ type }) => type.kind === "stream");
    if (streams.length > 1) throw protoUnsupported(item.label, "more than one stream parameter");
    const fields: ProtoField[] = item.type.parameters.map((parameter) => this.#parameter(parameter, item.label));
    if (item.kind === "method" || item.kind === "drop") {
      fields.unshift({ name: "self", type: { kind: "borrow", resource: item.resource! }, label: item.label });
    }
    out.gap();
    if (streams[0] !== undefined)
      out.line(`// One message for each element of ${streams[0].name}; the other fields are set in the first one.`);
    this.#messages.message(name, fields, out);
    return streams.length > 0;
  }

  #parameter({ name, type }: Parameter, label: string): ProtoField {
    if (type.kind !== "stream") return { name, type, label };
    return { name, type: { kind: "option", some: chunk(type.element) }, label };
  }

  #response(name: string, { type, kind, resource, label }: ProtoFunction, out: TextWriter): boolean {
    out.gap();
    if (kind === "constructor") {
      this.#messages.message(name, [{ name: "result", type: { kind: "own", resource: resource! }, label }], out);
      return false;
    }
    const { result } = type;
    if (result?.kind === "result") {
      const ok = answered(result.ok);
      const alternatives: ProtoAlternative[] = [
        { name: "ok", type: ok.type, label },
        { name: "err", type: result.err, label },
      ];
      if (ok.streams) out.line("// One message for each element; an error, if any, is the only message.");
      this.#messages.choice(name, alternatives, out);
      return ok.streams;
    }
    const { type: value, streams } = answered(result);
    if (streams) out.line("// One message for each element.");
    this.#messages.message(name, value === undefined ? [] : [{ name: "result", type: value, label }], out);
    return streams;
  }
}

/** Returns what one response contains: one element of a stream, the value of a future. */
function answered(type: FunctionType["result"]): { type: Type | undefined; streams: boolean } {
  if (type?.kind === "future") return answered(type.value);
  if (type?.kind === "stream")
    return { type: type.element === undefined ? undefined : chunk(type.element), streams: true };
  return { type, streams: false };
}

/** Returns the type of one message's element: of a `stream<u8>`, many bytes. */
function chunk(element: Type | undefined): Type {
  if (element === undefined) return { kind: "bool" };
  return element.kind === "u8" ? { kind: "list", element } : element;
}
