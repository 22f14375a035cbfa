import { invalidComponent, unsupportedInComponent } from "../../../errors/factories/binary.js";
import type { CanonDefinition, CanonOptions, ValueType } from "../decode/model.js";
import { signatureText } from "./core-types.js";
import { flatSignature } from "./flat-signature.js";
import { expectMemory, expectNoLift, expectOptions, expectPostReturn, expectSync } from "./options.js";
import type { Scope } from "./scope.js";
import { layoutOf, type ResolvedDefinition } from "./types.js";

const signature = (parameters: number, results: number) =>
  signatureText(Array(parameters).fill("i32"), Array(results).fill("i32"));

/** The built-ins whose parameters and results are numbers. */
const fixed = {
  "resource-new": signature(1, 1),
  "resource-rep": signature(1, 1),
  "resource-drop": signature(1, 0),
  "backpressure-set": signature(1, 0),
  "backpressure-inc": signature(0, 0),
  "backpressure-dec": signature(0, 0),
  "task-cancel": signature(0, 0),
  "subtask-drop": signature(1, 0),
  "subtask-cancel": signature(1, 1),
  "error-context-new": signature(2, 1),
  "error-context-debug-message": signature(2, 0),
  "error-context-drop": signature(1, 0),
  "waitable-set-new": signature(0, 1),
  "waitable-set-wait": signature(2, 1),
  "waitable-set-poll": signature(2, 1),
  "waitable-set-drop": signature(1, 0),
  "waitable-join": signature(2, 0),
  "context-get": signature(0, 1),
  "context-set": signature(1, 0),
  "thread-yield": signature(0, 1),
  "stream-new": signatureText([], ["i64"]),
  "future-new": signatureText([], ["i64"]),
  "stream-read": signature(3, 1),
  "stream-write": signature(3, 1),
  "future-read": signature(2, 1),
  "future-write": signature(2, 1),
  "stream-cancel-read": signature(1, 1),
  "stream-cancel-write": signature(1, 1),
  "future-cancel-read": signature(1, 1),
  "future-cancel-write": signature(1, 1),
  "stream-drop-readable": signature(1, 0),
  "stream-drop-writable": signature(1, 0),
  "future-drop-readable": signature(1, 0),
  "future-drop-writable": signature(1, 0),
} as const;

/**
 * Checks a canonical definition and adds what it defines. Source: Component Model, "Canonical ABI", "Canonical Definitions".
 *
 * @throws TENON_COMPONENT_INVALID, TENON_COMPONENT_UNSUPPORTED for the built-ins of threads
 */
export function addCanonical(definition: CanonDefinition, scope: Scope, offset: number): void {
  switch (definition.kind) {
    case "lift":
      lift(definition, scope, offset);
      return;
    case "lower":
      scope.coreFunctions.push(lower(definition, scope, offset));
      break;
    case "task-return":
      scope.coreFunctions.push(taskReturn(definition.result, definition.options, scope, offset));
      break;
    case "unsupported":
      throw unsupportedInComponent(definition.name, offset);
    default:
      checkBuiltIn(definition, scope, offset);
      scope.coreFunctions.push(fixed[definition.kind]);
  }
  scope.expectRoom(offset);
}

function lift({ core, type, options }: Extract<CanonDefinition, { kind: "lift" }>, scope: Scope, offset: number): void {
  const lifted = scope.functionType(type, offset);
  const found = scope.coreFunction(core, offset);
  expectOptions(options, scope, offset);
  if (options.async && !lifted.async)
    throw invalidComponent("the option async is set, but the lifted function is not async", offset);
  const flat = flatSignature(lifted, "lift", options, offset);
  const wanted = signatureText(flat.parameters, flat.results);
  if (found !== wanted)
    throw invalidComponent(
      `core function ${core} cannot be lifted to this type: expected ${wanted}, found ${found}`,
      offset,
    );
  expectPostReturn(options, flat.results, scope, offset);
  scope.functions.push(lifted);
}

function lower(
  { function: index, options }: Extract<CanonDefinition, { kind: "lower" }>,
  scope: Scope,
  offset: number,
): string {
  const lowered = scope.function(index, offset);
  expectOptions(options, scope, offset);
  expectNoLift(options, offset);
  if (options.async && !lowered.async)
    throw invalidComponent("the option async is set, but the lowered function is not async", offset);
  const flat = flatSignature(lowered, "lower", options, offset);
  return signatureText(flat.parameters, flat.results);
}

function taskReturn(result: ValueType | undefined, options: CanonOptions, scope: Scope, offset: number): string {
  const resultType = result === undefined ? undefined : scope.value(result, offset);
  if (resultType !== undefined && layoutOf(resultType).holdsBorrow)
    throw invalidComponent("the result of a task contains a borrow", offset);
  expectOptions(options, scope, offset);
  expectNoLift(options, offset);
  expectSync(options, offset);
  if (options.realloc !== undefined) throw invalidComponent("task.return does not accept the option realloc", offset);
  const parameters = resultType === undefined ? [] : [{ name: "v", type: resultType }];
  const flat = flatSignature({ parameters, result: undefined }, "lower", options, offset);
  return signatureText(flat.parameters, flat.results);
}

type BuiltIn = Exclude<CanonDefinition, { kind: "lift" | "lower" | "task-return" | "unsupported" }>;

function checkBuiltIn(definition: BuiltIn, scope: Scope, offset: number): void {
  switch (definition.kind) {
    case "resource-drop":
      scope.resource(definition.resource, offset);
      if (definition.async) throw unsupportedInComponent("resource.drop async", offset);
      break;
    case "resource-new":
    case "resource-rep":
      if (scope.definedResources.get(scope.resource(definition.resource, offset).resource) !== true)
        throw invalidComponent(
          `${definition.kind.replace("-", ".")} is used for a resource that the component does not define`,
          offset,
        );
      break;
    case "context-get":
    case "context-set":
      if (definition.slot > 1) throw invalidComponent(`unknown context slot ${definition.slot}: use 0 or 1`, offset);
      break;
    case "waitable-set-wait":
    case "waitable-set-poll":
      expectMemory(definition.memory, scope, offset);
      break;
    case "error-context-new":
    case "error-context-debug-message":
      expectOptions(definition.options, scope, offset);
      expectNoLift(definition.options, offset);
      expectSync(definition.options, offset);
      requireFor(definition.options, true, definition.kind === "error-context-debug-message", offset);
      break;
    case "stream-read":
    case "stream-write":
    case "future-read":
    case "future-write": {
      const element = elementOf(definition, scope, offset);
      expectOptions(definition.options, scope, offset);
      expectNoLift(definition.options, offset);
      const isRead = definition.kind.endsWith("read");
      const holdsPointer = element !== undefined && layoutOf(element).holdsPointer;
      requireFor(definition.options, element !== undefined, isRead && holdsPointer, offset);
      break;
    }
    default:
      if ("type" in definition) elementOf(definition, scope, offset);
  }
}

function elementOf({ kind, type }: { kind: string; type: number }, scope: Scope, offset: number) {
  const found: ResolvedDefinition = scope.definition(type, offset);
  const wanted = kind.startsWith("stream") ? "stream" : "future";
  if (found.kind !== "stream" && found.kind !== "future")
    throw invalidComponent(`type ${type} is not a ${wanted} type`, offset);
  if (found.kind !== wanted) throw invalidComponent(`type ${type} is a ${found.kind}, not a ${wanted}`, offset);
  return found.element;
}

function requireFor(options: CanonOptions, memory: boolean, realloc: boolean, offset: number): void {
  if (memory && options.memory === undefined) throw invalidComponent("the option memory is missing", offset);
  if (realloc && options.realloc === undefined) throw invalidComponent("the option realloc is missing", offset);
}
