import { NamePool } from "../../../contract/formats/name-pool.js";
import {
  type Contract,
  type FunctionType,
  fullType,
  type Items,
  kebab,
  type Signature,
  signatures,
} from "../../../contract/index.js";
import { cName, snakeCase } from "./c-names.js";
import type { CTypes } from "./c-types.js";

/** A function of the contract, as C sees it. */
export interface CFunction {
  readonly signature: Signature;
  /** `plugin_greet`, `host_storage_bucket_put`. */
  readonly name: string;
  /** `TenonString plugin_greet(TenonString name)`. */
  readonly prototype: string;
  /** The same with `a0`, `a1` … as its parameters, which no name of the contract's disturbs. */
  readonly head: string;
  /** The core export, or what an import is called within its module: `demo:kit/store@1.0.0#get`, `get`. */
  readonly coreName: string;
  /** The module that imports of the function's interface come from: `demo:kit/store@1.0.0`, `$root`. */
  readonly module: string;
}

/** Everything that one side of the contract offers, each under a name of its own. */
export function cFunctions(contract: Contract, side: "imports" | "exports", types: CTypes): readonly CFunction[] {
  const items: Items = contract[side];
  const pool = new NamePool();
  return signatures(items).map((signature) => {
    const scope = signature.interface === undefined ? undefined : interfaceId(contract, items, signature.interface);
    const member = memberName(signature, side);
    const name = pool.take(functionName(side === "exports" ? "plugin" : "host", signature));
    const type = fullType(signature);
    const parameterNames = new NamePool();
    const parameters = type.parameters.map((parameter) => parameterNames.take(cName(parameter.name)));
    return {
      signature,
      name,
      prototype: prototype(name, signature, type, parameters, side, types),
      head: prototype(
        name,
        signature,
        type,
        parameters.map((_, at) => `a${at}`),
        side,
        types,
      ),
      coreName: side === "exports" && scope !== undefined ? `${scope}#${member}` : member,
      module: scope ?? "$root",
    };
  });
}

/** The full name of an interface in WIT: its own id, or one in the contract's package. */
function interfaceId(contract: Contract, items: Items, key: string): string {
  const item = items[key];
  if (item?.kind === "interface" && item.id !== undefined) return item.id;
  const version = contract.version === undefined ? "" : `@${contract.version}`;
  return `${contract.namespace}:${contract.package}/${kebab(key)}${version}`;
}

/** `get`, `[method]counter.increment`; of an exported resource's end `[dtor]counter`. */
function memberName({ path }: Signature, side: "imports" | "exports"): string {
  const member = path.slice(path.indexOf("#") + 1);
  return side === "exports" ? member.replace("[resource-drop]", "[dtor]") : member;
}

function functionName(prefix: string, signature: Signature): string {
  const owners = [signature.interface, signature.resource?.name].flatMap((name) =>
    name === undefined ? [] : [snakeCase(name)],
  );
  return [prefix, ...owners, snakeCase(signature.name)].join("_");
}

function prototype(
  name: string,
  signature: Signature,
  type: FunctionType,
  parameters: readonly string[],
  side: "imports" | "exports",
  types: CTypes,
): string {
  const object = signature.resource && types.resource(signature.resource).object;
  const list = type.parameters.map((parameter, index) =>
    side === "exports" && signature.kind === "drop"
      ? `${object} *${parameters[index]}`
      : types.declaration(parameter.type, parameters[index]!),
  );
  const body = `${name}(${list.length === 0 ? "void" : list.join(", ")})`;
  if (side === "exports" && signature.kind === "constructor") return `${object} *${body}`;
  return type.result === undefined ? `void ${body}` : types.declaration(type.result, body);
}
