import { documentInvalid, documentNotJson } from "../../errors/factories/contract.js";
import { isTenonError } from "../../errors/index.js";
import { tryReadJson } from "../json/index.js";
import { makeContract } from "../model/make.js";
import type { Contract, FunctionType, InterfaceType, Item, Items, ResourceType } from "../model/model.js";
import { JsonPosition } from "./json-position.js";
import { TypeReader } from "./json-types.js";

/**
 * Reads a contract from a JSON document ({@link ContractDocument}): its text, or the value that `JSON.parse` returned.
 *
 * @throws TENON_CONTRACT_SYNTAX if the text is not JSON, TENON_CONTRACT_INVALID (with the path inside the document) if it
 * does not describe a contract.
 */
export function contractFromJson(value: unknown): Contract {
  try {
    return readContract(new JsonPosition(typeof value === "string" ? parse(value) : value, ""));
  } catch (error) {
    if (isTenonError(error)) throw error;
    throw documentInvalid("", "cannot be read", undefined, error);
  }
}

/** Far more than a contract has: what is too deep is said with its path in the document. */
const limits = { levels: 100_000, bytes: 64 * 1024 * 1024 };

function parse(text: string): unknown {
  const read = tryReadJson(text.startsWith("\uFEFF") ? text.slice(1) : text, limits);
  if ("value" in read) return read.value;
  throw documentNotJson(read.line, read.column, read.problem);
}

function readContract(document: JsonPosition): Contract {
  document.object(["$schema", "tenon", "id", "docs", "types", "imports", "exports"]);
  const version = document.at("tenon");
  if (version.value !== 1)
    throw version.invalid(
      `unknown version of the format: expected 1, found ${JSON.stringify(version.value)?.slice(0, 40)}`,
      "Upgrade Tenon, or convert the contract again.",
    );
  const types = new TypeReader(document.at("types"));
  const reader = new ItemReader(types);
  const imports = reader.items(document.at("imports"), true);
  const exports = reader.items(document.at("exports"), true);
  const contract = makeContract(
    document.at("id").string(),
    imports,
    exports,
    document.maybe("docs")?.string(),
    types.owners(),
  );
  types.expectSame(contract);
  return contract;
}

class ItemReader {
  readonly #types: TypeReader;

  constructor(types: TypeReader) {
    this.#types = types;
  }

  items(list: JsonPosition, withInterfaces: boolean): Items {
    const items = new Map<string, Item>();
    for (const position of list.list()) {
      const [name, item] = this.#item(position, withInterfaces);
      if (items.has(name)) throw position.invalid(`"${name}" is listed twice`, "Rename or remove one of them.");
      items.set(name, item);
    }
    return Object.freeze(Object.fromEntries(items));
  }

  #item(position: JsonPosition, withInterfaces: boolean): [string, Item] {
    if (typeof position.value !== "object" || position.value === null) throw position.expected("an object");
    const kinds = withInterfaces
      ? (["function", "resource", "interface"] as const)
      : (["function", "resource"] as const);
    const kind = position.at("kind").oneOf(...kinds);
    const name = position.at("name").string();
    if (kind === "function") return [name, this.#types.func(position, ["kind", "name"])];
    if (kind === "resource") return [name, this.#resource(position)];
    return [name, this.#interface(position)];
  }

  #resource(position: JsonPosition): ResourceType {
    return this.#types.resource(position.object(["kind", "name", "type"]).at("type"));
  }

  #interface(position: JsonPosition): InterfaceType {
    position.object(["kind", "name", "id", "docs", "members"]);
    const members = this.items(position.at("members"), false) as Readonly<Record<string, FunctionType | ResourceType>>;
    return Object.freeze({
      kind: "interface",
      id: position.maybe("id")?.string(),
      members,
      docs: position.maybe("docs")?.string(),
    });
  }
}
