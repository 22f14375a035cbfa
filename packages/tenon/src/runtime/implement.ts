import { types } from "node:util";
import {
  answeredType,
  type Call,
  camel,
  compileGuard,
  type FunctionType,
  fullType,
  type Items,
  pascal,
  type Signature,
  signatures,
  type Type,
  typeMismatch,
} from "../contract/core.js";
import { functionExpected, functionMissing, methodOfClass } from "../errors/factories/artifact.js";
import { callResult, exceptionThrown, syncReturnedPromise } from "../errors/factories/call.js";
import { asCause, type Code, type Finding, isErrorObject, passedOn, type TenonError } from "../errors/index.js";
import { type Boundary, openScope, type Scope } from "./boundary.js";
import { currentContext, millisecondsUntil, shorter } from "./call-context.js";
import { compileConversion } from "./convert.js";
import type { CallControl, FunctionTable, InstanceFunction } from "./instance.js";
import { noMetadata } from "./metadata.js";
import { unreadable } from "./unreadable.js";

export interface ImplementOptions {
  /** The boundary that values cross; it decides whether they are validated. */
  readonly boundary: Boundary;
  /** For messages: `plugin greeter`, `imports`. */
  readonly subject: string;
  /** The code for an exception that the contract does not declare. */
  readonly threw: Extract<Code, "TENON_CALL_THREW" | "TENON_IMPORT_THREW">;
  /** Makes the error for such an exception, if it is not worded as usual. */
  readonly explain?: (thrown: unknown, label: string) => TenonError;
  /** What stands around the calls of a function, if something does. */
  readonly around?: ((signature: Signature) => Around | undefined) | undefined;
  /** The code for a function that is not there. */
  readonly missing: Extract<Code, "TENON_EXPORT_MISSING" | "TENON_IMPORT_MISSING">;
}

/**
 * Stands around the calls of one function: counts, times or intercepts them.
 *
 * @param proceed calls the function. What it throws, or its promise rejects with, is coded.
 * @param sync whether the caller needs the value itself.
 */
export type AroundCall = (
  parameters: readonly unknown[],
  control: CallControl | undefined,
  proceed: (parameters: readonly unknown[]) => unknown,
  sync: boolean,
) => unknown;

/** Where a function finds what stands around its calls: read at each call, `undefined` for nothing. */
export interface Around {
  readonly call: AroundCall | undefined;
  /** Learns that the result of a call does not fit the contract. */
  failed(error: unknown): void;
}

/**
 * Turns an object of functions, nested objects and classes (JavaScript names) into functions by path.
 *
 * The findings name what is missing (`TENON_EXPORT_MISSING` or `TENON_IMPORT_MISSING`) and what is not a function
 * (`TENON_EXPORT_KIND`). Never throws.
 */
export function implement(
  items: Items,
  object: unknown,
  options: ImplementOptions,
): { readonly table: FunctionTable; readonly findings: readonly Finding[] } {
  const table = new Map<string, InstanceFunction>();
  const findings: Finding[] = [];
  const spellings = new Map<unknown, ReadonlyMap<string, string>>();
  for (const signature of signatures(items)) {
    const found = locate(signature, object);
    if (typeof found === "function") table.set(signature.path, served(signature, found as Implementer, options));
    else if (found === undefined || found === null) {
      if (!signature.type.optional) findings.push(missing(signature, object, options, spellings));
    } else {
      const kind = Array.isArray(found) ? "an array" : typeof found === "object" ? "an object" : `a ${typeof found}`;
      findings.push(functionExpected(options.subject, signature.label, kind));
    }
  }
  return { table, findings };
}

type Implementer = (...parameters: any[]) => unknown;

/** Returns the function that serves a signature. A method and a drop take the object as their first parameter. */
function locate(signature: Signature, object: unknown): unknown {
  const scope = signature.interface === undefined ? object : property(object, signature.interface);
  if (signature.resource === undefined) return bound(scope, signature.name);
  // The class may be absent if only functions create the objects: methods are looked up on the object itself.
  const owner = property(scope, pascal(signature.resource.name));
  switch (signature.kind) {
    case "constructor":
      return typeof owner === "function"
        ? withLength(owner.length, (...parameters) => new owner(...parameters))
        : owner;
    case "static":
      return bound(owner, signature.name);
    case "method":
      return withLength(property(owner?.prototype, signature.name)?.length ?? 0, (self, ...parameters) =>
        self[signature.name](...parameters),
      );
    default:
      return (self: any) => (self[Symbol.asyncDispose] ?? self[Symbol.dispose])?.call(self);
  }
}

function bound(scope: unknown, name: string): unknown {
  const found = property(scope, name);
  if (typeof found !== "function") return found;
  const bound = found.bind(scope);
  if (types.isAsyncFunction(found)) asyncFunctions.add(bound);
  return bound;
}

/** What was bound of `async` functions. */
const asyncFunctions = new WeakSet<object>();

function withLength(length: number, implementer: Implementer): Implementer {
  return Object.defineProperty(implementer, "length", { value: length });
}

function property(object: unknown, name: string): any {
  return (typeof object === "object" && object !== null) || typeof object === "function"
    ? (object as Record<string, unknown>)[name]
    : undefined;
}

/** Wraps an implementation: handles become objects and back, exceptions become coded errors. */
function served(signature: Signature, implementer: Implementer, options: ImplementOptions): InstanceFunction {
  const { boundary, subject } = options;
  const type = fullType(signature);
  const wantsCall = implementer.length > signature.type.parameters.length;
  const isDrop = signature.kind === "drop";
  const receive = type.parameters.map((parameter) => compileConversion(parameter.type, "receive"));
  const answered = answeredType(type.result);
  const give = answered === undefined ? undefined : compileConversion(answered, "give");
  const borrows = receive.some((conversion) => conversion !== undefined);
  const checked = boundary.validates;
  const around = options.around?.(signature);

  const prepare = (parameters: readonly unknown[], scope: Scope | undefined): unknown[] => {
    // The boundary has already taken back what a drop is given: see mayDrop.
    if (isDrop) return [...parameters];
    try {
      const given = checked ? checkedParameters(type, parameters, signature.label, boundary) : parameters;
      return type.parameters.map((_, index) => {
        const conversion = receive[index];
        return conversion === undefined ? given[index] : conversion(given[index], boundary, "async", scope);
      });
    } catch (thrown) {
      throw unreadable(thrown, `${signature.label}(): a parameter`);
    }
  };
  const call = (parameters: unknown[], control: CallControl): unknown => {
    if (wantsCall) parameters.push(callOf(control));
    return implementer(...parameters);
  };
  const finish = (value: unknown): unknown => {
    if (answered === undefined) return undefined;
    try {
      if (checked && !compileGuard(answered)(value))
        throw typeMismatch(answered, value, `${signature.label}(): result`);
      return give === undefined ? value : give(value, boundary, "async", undefined);
    } catch (thrown) {
      const error = unreadable(thrown, `${signature.label}(): result`);
      around?.failed(error);
      throw error;
    }
  };
  const failed = (thrown: unknown): unknown => failure(thrown, type, signature.label, options);
  /** Converts what is thrown below what stands around the call. An error case keeps its payload, which is checked above. */
  const failedInside = (thrown: unknown): unknown => {
    if (type.result?.kind !== "result" || !carriesPayload(thrown)) return failed(thrown);
    try {
      return callResult(signature.label, payloadOf(thrown), asCause(thrown));
    } catch (inPayload) {
      return unreadable(inPayload, `${signature.label}(): error`);
    }
  };
  const surrounded = (
    surrounding: AroundCall,
    parameters: readonly unknown[],
    control: CallControl | undefined,
    sync: boolean,
  ): unknown => {
    const proceed = (given: readonly unknown[]): unknown => {
      let answer: unknown;
      try {
        answer = control === undefined ? implementer(...given) : call([...given], control);
        if (!isPromise(answer)) return answer;
      } catch (thrown) {
        throw failedInside(thrown);
      }
      return new Promise((resolve) => resolve(answer)).catch((thrown) => {
        throw failedInside(thrown);
      });
    };
    return surrounding(parameters, control, proceed, sync);
  };
  const serve = (parameters: readonly unknown[], control: CallControl, sync: boolean): unknown => {
    if (isDrop && !mayDrop(boundary, parameters[0])) return undefined;
    const scope: Scope | undefined = borrows ? openScope() : undefined;
    const end = () => scope !== undefined && boundary.endScope(scope);
    let later = false;
    try {
      const prepared = prepare(parameters, scope);
      let answer: unknown;
      try {
        const surrounding = around?.call;
        answer = surrounding === undefined ? call(prepared, control) : surrounded(surrounding, prepared, control, sync);
        later = isPromise(answer);
      } catch (thrown) {
        throw failed(thrown);
      }
      return later ? settled(answer, end) : finish(answer);
    } finally {
      if (!later) end();
    }
  };
  // Awaits what need not be a real promise: its `then` may return nothing, and reading it may throw.
  const settled = async (answer: unknown, end: () => void): Promise<unknown> => {
    boundary.answering++;
    try {
      let value: unknown;
      try {
        value = await answer;
      } catch (thrown) {
        throw failed(thrown);
      }
      return finish(value);
    } finally {
      boundary.answering--;
      end();
    }
  };
  const plain =
    give === undefined &&
    receive.every((item) => item === undefined) &&
    (signature.kind === "function" || signature.kind === "static");
  const trusted = (...parameters: unknown[]): unknown => {
    let answer: unknown;
    let later: boolean;
    try {
      const surrounding = around?.call;
      answer =
        surrounding === undefined ? implementer(...parameters) : surrounded(surrounding, parameters, undefined, true);
      later = isPromise(answer);
    } catch (thrown) {
      throw failed(thrown);
    }
    if (later) throw answeredLater(answer);
    return answer;
  };
  const answeredLater = (answer: unknown): unknown => {
    new Promise((resolve) => resolve(answer)).catch(() => {});
    return syncReturnedPromise(signature.label, subject);
  };
  return {
    invoke: (parameters, control) => serve(parameters, control, false),
    direct: plain && !checked ? implementer : undefined,
    wantsCall,
    answersLater: asyncFunctions.has(implementer),
    trusted: plain && !wantsCall ? trusted : undefined,
    invokeSync(parameters, control) {
      const answer = serve(parameters, control, true);
      if (!isPromise(answer)) return answer;
      throw answeredLater(answer);
    },
  };
}

/** What an implementation sees of its call. Code in the same thread passes its own context on. */
function callOf(control: CallControl): Call {
  const context = control.call === undefined ? currentContext() : undefined;
  const outer = context?.call?.ended === false ? context.call : undefined;
  const left = outer === undefined ? control.deadline : shorter(control.deadline, millisecondsUntil(outer.due));
  return {
    signal: control.signal ?? outer?.signal ?? never,
    metadata: Object.freeze(control.metadata ?? context?.metadata ?? noMetadata),
    deadline: left > 0 ? Date.now() + left : undefined,
  };
}

function mayDrop(boundary: Boundary, representation: unknown): boolean {
  return boundary.takeBack(representation) || !boundary.validates;
}

function checkedParameters(
  type: FunctionType,
  parameters: readonly unknown[],
  label: string,
  boundary: Boundary,
): readonly unknown[] {
  return type.parameters.map((parameter, index) =>
    boundary.take(parameter.type, parameters[index], () => `${label}(): parameter "${camel(parameter.name)}"`),
  );
}

/** Returns what an exception of an implementation means: the error case of its result, or a failure. */
function failure(thrown: unknown, type: FunctionType, label: string, options: ImplementOptions): unknown {
  const known = passedOn(thrown);
  if (known !== undefined) return known;
  const { boundary } = options;
  // An implementation may rethrow the error case of a function that it called: it is then its own, and checked as such.
  if (type.result?.kind === "result" && carriesPayload(thrown)) {
    const err: Type | undefined = type.result.err;
    try {
      const payload = payloadOf(thrown);
      if (boundary.validates && err !== undefined && !compileGuard(err)(payload))
        return typeMismatch(err, payload, `${label}(): error`);
      const conversion = err === undefined ? undefined : compileConversion(err, "give");
      const given = conversion === undefined ? payload : conversion(payload, boundary, "async", undefined);
      return callResult(label, err === undefined ? undefined : given, asCause(thrown));
    } catch (inPayload) {
      return unreadable(inPayload, `${label}(): error`);
    }
  }
  if (options.explain !== undefined) return options.explain(thrown, label);
  return exceptionThrown(options.threw, `${options.subject}: ${label}() threw`, thrown, { subject: label });
}

/** Whether a thrown value stands for the error case: it has its own `payload`, or is not an error. Never throws. */
export function carriesPayload(thrown: unknown): boolean {
  return !isErrorObject(thrown) || Object.hasOwn(thrown, "payload");
}

/** Returns the payload of such a value. Reading it may throw. */
export function payloadOf(thrown: unknown): unknown {
  return typeof thrown === "object" && thrown !== null && Object.hasOwn(thrown, "payload")
    ? (thrown as { payload: unknown }).payload
    : thrown;
}

/** @param spellings the names in each scope that was looked at, by what they have in common with other spellings. */
function missing(
  signature: Signature,
  object: unknown,
  options: ImplementOptions,
  spellings: Map<unknown, ReadonlyMap<string, string>>,
): Finding {
  const scope = signature.interface === undefined ? object : property(object, signature.interface);
  let names = spellings.get(scope);
  if (names === undefined) {
    const keys = Object.keys((scope as object) ?? {}).reverse();
    names = new Map(keys.map((key) => [key.toLowerCase().replace(/[-_]/g, ""), key]));
    spellings.set(scope, names);
  }
  const wanted = signature.label.split(".").at(-1) ?? signature.label;
  if (options.missing === "TENON_EXPORT_MISSING") {
    const owner = [object, property(object, "default")].find((one) => hasMethod(one, signature.name));
    if (owner !== undefined) return methodOfClass(options.subject, signature.label, owner.name);
  }
  return functionMissing(options.missing, options.subject, signature.label, names.get(wanted.toLowerCase()));
}

function hasMethod(value: unknown, name: string): value is { readonly name: string } {
  return typeof value === "function" && typeof property(property(value, "prototype"), name) === "function";
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

const never = new AbortController().signal;
