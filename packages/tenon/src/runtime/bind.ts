import { answeredType, fullType, type Items, type Signature } from "../contract/core.js";
import { syncUnavailable } from "../errors/factories/call.js";
import { assemble, declareResources } from "./assemble.js";
import { type Boundary, openScope, type Scope } from "./boundary.js";
import { compileConversion } from "./convert.js";
import type { CallControl, InstanceFunction } from "./instance.js";

const free: CallControl = { signal: undefined, deadline: 0 };

/**
 * Returns the other side's functions as objects: what a plugin sees as `context.imports` and `context.sync`. Does not
 * validate values: the host's side of the boundary does.
 */
export function bindFunctions(
  items: Items,
  boundary: Boundary,
): { readonly async: Record<string, any>; readonly sync: Record<string, any> } {
  const assembled = assemble(items, (signature, view) => {
    const target = boundary.table.get(signature.path);
    if (target === undefined) return undefined;
    return view === "async" ? asyncCaller(signature, target, boundary) : syncCaller(signature, target, boundary);
  });
  declareResources(boundary, assembled.resources);
  return assembled;
}

function asyncCaller(signature: Signature, target: InstanceFunction, boundary: Boundary) {
  const passage = compilePassage(signature, boundary, "async");
  return async (...parameters: unknown[]) => {
    const scope = passage.converts ? openScope() : undefined;
    try {
      return passage.receive(await target.invoke(passage.give(parameters, scope), free));
    } finally {
      if (scope !== undefined) boundary.endScope(scope);
    }
  };
}

function syncCaller(signature: Signature, target: InstanceFunction, boundary: Boundary) {
  const passage = compilePassage(signature, boundary, "sync");
  return (...parameters: unknown[]) => {
    if (target.invokeSync === undefined) throw syncUnavailable(signature.label);
    const scope = passage.converts ? openScope() : undefined;
    try {
      return passage.receive(target.invokeSync(passage.give(parameters, scope), free));
    } finally {
      if (scope !== undefined) boundary.endScope(scope);
    }
  };
}

/** Compiles how the values of one function cross the boundary. */
function compilePassage(signature: Signature, boundary: Boundary, view: "async" | "sync") {
  const type = fullType(signature);
  const gives = type.parameters.map((parameter) => compileConversion(parameter.type, "give"));
  const answered = answeredType(type.result);
  const receives = answered === undefined ? undefined : compileConversion(answered, "receive");
  return {
    converts: gives.some((conversion) => conversion !== undefined),
    give: (parameters: unknown[], scope: Scope | undefined) =>
      type.parameters.map((_, index) => {
        const conversion = gives[index];
        return conversion === undefined ? parameters[index] : conversion(parameters[index], boundary, view, scope);
      }),
    receive: (value: unknown) => (receives === undefined ? value : receives(value, boundary, view, undefined)),
  };
}
