import { errors, isTenonError } from "../../errors/index.js";
import { makeContract } from "../make.js";
import type { Contract, FunctionType, InterfaceType, Item, Items, ResourceType } from "../model.js";
import { Place } from "./json-reader.js";
import { TypeReader } from "./json-types.js";

/**
 * Reads a contract from a JSON document ({@link ContractDocument}): its text, or what `JSON.parse` made of it.
 *
 * @throws TENON_CONTRACT_SYNTAX when the text is not JSON, TENON_CONTRACT_INVALID (with the path inside the document) when
 * it does not describe a contract.
 */
export function contractFromJson(value: unknown): Contract {
  try {
    return readContract(new Place(typeof value === "string" ? parse(value) : value, ""));
  } catch (error) {
    if (isTenonError(error)) throw error;
    throw errors.TENON_CONTRACT_INVALID({ message: "contract document: it cannot be read", cause: error });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch (cause) {
    throw errors.TENON_CONTRACT_SYNTAX({
      message: `contract document: the text is not JSON: ${(cause as Error).message}`,
      cause,
      fix: { text: "Correct the JSON text at the position that the message names." },
    });
  }
}

function readContract(document: Place): Contract {
  document.object(["$schema", "tenon", "id", "docs", "types", "imports", "exports"]);
  const version = document.at("tenon");
  if (version.value !== 1)
    throw version.invalid(
      "this version of the format is not known; expected 1",
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

  items(list: Place, withInterfaces: boolean): Items {
    const items = new Map<string, Item>();
    for (const place of list.list()) {
      const [name, item] = this.#item(place, withInterfaces);
      if (items.has(name)) throw place.invalid(`"${name}" is listed twice`, "Rename or remove one of them.");
      items.set(name, item);
    }
    return Object.freeze(Object.fromEntries(items));
  }

  #item(place: Place, withInterfaces: boolean): [string, Item] {
    if (typeof place.value !== "object" || place.value === null) throw place.expected("an object");
    const kinds = withInterfaces
      ? (["function", "resource", "interface"] as const)
      : (["function", "resource"] as const);
    const kind = place.at("kind").oneOf(...kinds);
    const name = place.at("name").string();
    if (kind === "function") return [name, this.#types.func(place, ["kind", "name"])];
    if (kind === "resource") return [name, this.#resource(place)];
    return [name, this.#interface(place)];
  }

  #resource(place: Place): ResourceType {
    return this.#types.resource(place.object(["kind", "name", "type"]).at("type"));
  }

  #interface(place: Place): InterfaceType {
    place.object(["kind", "name", "id", "docs", "members"]);
    const members = this.items(place.at("members"), false) as Readonly<Record<string, FunctionType | ResourceType>>;
    return Object.freeze({
      kind: "interface",
      id: place.maybe("id")?.string(),
      members,
      docs: place.maybe("docs")?.string(),
    });
  }
}
