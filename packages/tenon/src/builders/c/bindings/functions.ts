import { NamePool } from "../../../contract/formats/name-pool.js";
import {
  type Contract,
  type FunctionType,
  fullType,
  type Items,
  kebab,
  pascal,
  type Signature,
  signatures,
  streamTypes,
} from "../../../contract/index.js";
import { cName, snakeCase } from "./c-names.js";
import type { CTypes } from "./c-types.js";

/** A function of the contract, as C sees it. */
export interface CFunction {
  readonly signature: Signature;
  /** `plugin_greet`, `host_storage_bucket_put`; of a host function that is asynchronous `host_ask_blocking`. */
  readonly name: string;
  /** `TenonString plugin_greet(TenonString name)`. */
  readonly prototype: string;
  /** The same with parameters `a0`, `a1` …, which never clash with names of the contract. */
  readonly head: string;
  /** The core export, or what an import is called within its module: `demo:kit/store@1.0.0#get`, `get`. */
  readonly coreName: string;
  /** The module that imports of the function's interface come from: `demo:kit/store@1.0.0`, `$root`. */
  readonly module: string;
  /** For an asynchronous function: how its result is returned, or how it is called. */
  readonly asynchronous: CAsyncForm | undefined;
}

/** The second C function that an asynchronous function has. */
export interface CAsyncForm {
  /** `plugin_greet_return`, which returns a task's result; `host_ask`, which calls with a callback. */
  readonly name: string;
  readonly prototype: string;
  /** The same with `a0`, `a1` … as its parameters. */
  readonly head: string;
  /** The type of the callback that receives the result of a host function: its name, and its declaration. */
  readonly callback: { readonly name: string; readonly declaration: string } | undefined;
}

/** Whether a function is asynchronous: declared so, or with a stream or future in its type. */
export function isAsynchronous(signature: Signature): boolean {
  return signature.type.async || streamTypes(fullType(signature)).length > 0;
}

/** Returns all functions of one side of the contract, each with a unique name. */
export function cFunctions(contract: Contract, side: "imports" | "exports", types: CTypes): readonly CFunction[] {
  const items: Items = contract[side];
  const pool = new NamePool();
  const prefix = side === "exports" ? "plugin" : "host";
  const names = signatures(items).map((signature) => pool.take(functionName(prefix, signature)));
  return signatures(items).map((signature, at) => {
    const scope = scopeOf(contract, side, signature);
    const member = memberName(signature, side);
    const type = fullType(signature);
    const isCalledBack = side === "imports" && type.async;
    const name = isCalledBack ? pool.take(`${names[at]}_blocking`) : names[at]!;
    const parameterNames = new NamePool(["task", "callback", "state"]);
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
      asynchronous: asyncFormOf(names[at]!, signature, parameters, side, types, pool),
    };
  });
}

function asyncFormOf(
  name: string,
  signature: Signature,
  parameters: readonly string[],
  side: "imports" | "exports",
  types: CTypes,
  pool: NamePool,
): CAsyncForm | undefined {
  const type = fullType(signature);
  if (side === "exports") {
    if (!isAsynchronous(signature)) return undefined;
    const answer = pool.take(`${name}_return`);
    const prototypeOf = (value: string) =>
      `void ${answer}(TenonTask task${type.result === undefined ? "" : `, ${types.declaration(type.result, value)}`})`;
    return { name: answer, prototype: prototypeOf("value"), head: prototypeOf("a0"), callback: undefined };
  }
  if (!type.async) return undefined;
  const callback = types.take(`${pascal(name.replaceAll("_", "-"))}Answer`);
  const given = type.result === undefined ? "" : `, ${types.declaration(type.result, "answer")}`;
  const prototypeOf = (named: readonly string[]) => {
    const list = type.parameters.map((parameter, index) => types.declaration(parameter.type, named[index]!));
    return `void ${name}(${[...list, `${callback} *callback`, "void *state"].join(", ")})`;
  };
  return {
    name,
    prototype: prototypeOf(parameters),
    head: prototypeOf(parameters.map((_, at) => `a${at}`)),
    callback: {
      name: callback,
      declaration: `typedef void ${callback}(void *state${given}, TenonOutcome outcome);`,
    },
  };
}

/** Returns the full name of the interface that a function is in, or `undefined` for the world itself. */
export function scopeOf(contract: Contract, side: "imports" | "exports", { interface: key }: Signature) {
  return key === undefined ? undefined : interfaceId(contract, contract[side], key);
}

/** Returns the full name of an interface in WIT: its own id, or its name in the contract's package. */
function interfaceId(contract: Contract, items: Items, key: string): string {
  const item = items[key];
  if (item?.kind === "interface" && item.id !== undefined) return item.id;
  const version = contract.version === undefined ? "" : `@${contract.version}`;
  return `${contract.namespace}:${contract.package}/${kebab(key)}${version}`;
}

/** Returns `get`, `[method]counter.increment`, or `[dtor]counter` for the destructor of an exported resource. */
export function memberName({ path }: Signature, side: "imports" | "exports"): string {
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
  if (side === "exports" && isAsynchronous(signature)) return `void ${name}(${["TenonTask task", ...list].join(", ")})`;
  const body = `${name}(${list.length === 0 ? "void" : list.join(", ")})`;
  if (side === "exports" && signature.kind === "constructor") return `${object} *${body}`;
  return type.result === undefined ? `void ${body}` : types.declaration(type.result, body);
}
