import {
  camel,
  compileMeasure,
  type FunctionType,
  fullType,
  type Items,
  type Measure,
  type ResourceType,
  type Signature,
  signatures,
  type Type,
} from "../contract/core.js";
import { compileDecoder, compileEncoder, type Decoder, type Encoder } from "./codec/index.js";
import { hasReferences } from "./has-references.js";

/** One function of the contract, as both sides compile it: how to write and read its parameters and its result. */
export interface Stub {
  readonly index: number;
  readonly signature: Signature;
  /** For messages: `store.get`. */
  readonly label: string;
  readonly type: FunctionType;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: Type;
    readonly encode: Encoder;
    readonly decode: Decoder;
  }[];
  /** Whether its parameters or its result can contain resources, streams or futures. */
  readonly hasReferences: boolean;
  /** Whether the function returns a `result`, whose error case is thrown. */
  readonly fallible: boolean;
  readonly ok: Type | undefined;
  readonly err: Type | undefined;
  /** The size of a result; absent if every result is small. */
  readonly measureOk: Measure | undefined;
  readonly encodeOk: Encoder | undefined;
  readonly decodeOk: Decoder | undefined;
  readonly encodeErr: Encoder | undefined;
  readonly decodeErr: Decoder | undefined;
}

const cache = new WeakMap<Items, readonly Stub[]>();

/** Returns the functions of an import or export list, in the order in which calls number them. */
export function compileStubs(items: Items): readonly Stub[] {
  let stubs = cache.get(items);
  if (stubs === undefined) {
    stubs = signatures(items).map(compileStub);
    cache.set(items, stubs);
  }
  return stubs;
}

/** Returns the path of each resource's drop function. */
export function dropPaths(items: Items): ReadonlyMap<ResourceType, string> {
  const paths = new Map<ResourceType, string>();
  for (const { kind, resource, path } of signatures(items))
    if (kind === "drop" && resource !== undefined) paths.set(resource, path);
  return paths;
}

function compileStub(signature: Signature, index: number): Stub {
  const type = fullType(signature);
  const { result } = type;
  const fallible = result?.kind === "result";
  const ok = fallible ? result.ok : result;
  const err = fallible ? result.err : undefined;
  return {
    index,
    signature,
    label: signature.label,
    type,
    parameters: type.parameters.map((parameter) => ({
      name: camel(parameter.name),
      type: parameter.type,
      encode: compileEncoder(parameter.type),
      decode: compileDecoder(parameter.type),
    })),
    hasReferences: hasReferences(result) || type.parameters.some((parameter) => hasReferences(parameter.type)),
    fallible,
    ok,
    err,
    measureOk: ok && compileMeasure(ok),
    encodeOk: ok && compileEncoder(ok),
    decodeOk: ok && compileDecoder(ok),
    encodeErr: err && compileEncoder(err),
    decodeErr: err && compileDecoder(err),
  };
}
