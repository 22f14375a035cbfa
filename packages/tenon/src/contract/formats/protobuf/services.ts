import { protoInvalid } from "../../../errors/factories/protobuf.js";
import { makeContract } from "../../model/make.js";
import type { Contract, FunctionType, InterfaceType, Parameter, Type } from "../../model/model.js";
import { camel } from "../../model/names.js";
import { NamePool } from "../name-pool.js";
import { type MessageTypes, plain } from "./message-types.js";
import { labelOf } from "./schema/labels.js";
import type { MessageSchema, MethodSchema, ServiceSchema } from "./schema/schema.js";
import { specialForm } from "./schema/special-forms.js";

/** Services with the names that they have in a contract. */
export interface NamedService {
  readonly service: ServiceSchema;
  readonly side: "exports" | "imports";
  /** In kebab-case. */
  readonly label: string;
}

/** Chooses the services of a contract and names them. @throws TENON_CONTRACT_INVALID */
export function chooseServices(
  all: readonly ServiceSchema[],
  exported: readonly string[] | undefined,
  imported: readonly string[],
): readonly NamedService[] {
  const pool = new NamePool();
  const ofHost = imported.map((name) => find(all, name));
  const ofPlugin = exported?.map((name) => find(all, name)) ?? all.filter((each) => !ofHost.includes(each));
  const named = (services: readonly ServiceSchema[], side: NamedService["side"]): NamedService[] =>
    [...new Set(services)].map((service) => ({ service, side, label: pool.take(labelOf(shortName(service.name))) }));
  return [...named(ofPlugin, "exports"), ...named(ofHost, "imports")];
}

function find(all: readonly ServiceSchema[], name: string): ServiceSchema {
  const found = all.filter((service) => service.name === name || shortName(service.name) === name);
  if (found.length === 1) return found[0]!;
  const known =
    all.length === 0
      ? "the files declare none"
      : `found ${all
          .map((each) => each.name)
          .slice(0, 20)
          .join(", ")}`;
  throw protoInvalid(
    name,
    found.length === 0
      ? `there is no service "${name}": ${known}`
      : `more than one service is called "${name}": ${known}`,
    "Name a service that is there, with its package.",
  );
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** Returns the names that types of these services must not have. */
export function* reservedNames(services: readonly NamedService[]): Generator<string> {
  for (const { service, label } of services) {
    yield label;
    for (const method of service.methods) yield method.label;
  }
}

/** Makes a contract: an interface for each service, a function for each method. */
export function contractOf(services: readonly NamedService[], types: MessageTypes, id: string | undefined): Contract {
  const sides: Record<NamedService["side"], Record<string, InterfaceType>> = { exports: {}, imports: {} };
  for (const { service, side, label } of services) {
    const members = Object.fromEntries(
      service.methods.map((method) => [camel(method.label), functionOf(method, types)]),
    );
    sides[side][camel(label)] = Object.freeze({ kind: "interface", members, docs: plain(service.docs) });
  }
  return makeContract(id ?? idOf(services), sides.imports, sides.exports);
}

function functionOf(method: MethodSchema, types: MessageTypes): FunctionType {
  const { request, response, streamsRequests, streamsResponses } = method;
  const parameters: Parameter[] = streamsRequests
    ? [{ name: "requests", type: { kind: "stream", element: types.message(request) } }]
    : isEmpty(request)
      ? []
      : [{ name: "request", type: types.message(request) }];
  const result: Type | undefined = streamsResponses
    ? { kind: "stream", element: types.message(response) }
    : isEmpty(response)
      ? undefined
      : types.message(response);
  return Object.freeze({
    kind: "function",
    parameters,
    result,
    async: true,
    optional: false,
    docs: plain(method.docs),
  });
}

function isEmpty(message: MessageSchema): boolean {
  return specialForm(message)?.kind === "empty";
}

/** `grafana.plugin.v2` is `grafana:plugin@2.0.0`; what has but one word, such as `tfplugin6`, is `tfplugin6:provider`. */
function idOf(services: readonly NamedService[]): string {
  const words = services[0]?.service.package.split(".").filter((word) => word !== "") ?? [];
  const version = /^v([0-9]+)$/.exec(words.at(-1) ?? "")?.[1];
  if (version !== undefined) words.pop();
  const [namespace = "protobuf", ...rest] = words.map(labelOf);
  const first = services[0]?.label ?? "messages";
  const name = rest.length === 0 ? first : rest.join("-");
  // A world and its interfaces have one name space.
  const world = services.some(({ label }) => label === name) ? `/${name}-plugin` : "";
  return `${namespace}:${name}${world}${version === undefined ? "" : `@${Number(version)}.0.0`}`;
}
