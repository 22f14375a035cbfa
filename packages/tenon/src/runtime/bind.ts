import { answeredType, fullType, type Items, type Signature } from "../contract/core.js";
import { errors } from "../errors/index.js";
import { assemble, declareResources } from "./assemble.js";
import { type Boundary, openScope, type Scope } from "./boundary.js";
import { compileConversion } from "./convert.js";
import type { CallControl, InstanceFunction } from "./instance.js";

const free: CallControl = { signal: undefined, deadline: 0 };

/**
 * The other side's functions as objects to call: what a plugin sees as `context.imports` and `context.sync`. Values are
 * not validated here; the host's side of the boundary does that.
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
    if (target.invokeSync === undefined) {
      throw errors.TENON_SYNC_UNAVAILABLE({
        message: `${signature.label}() cannot be called synchronously in this place`,
        subject: signature.label,
      });
    }
    const scope = passage.converts ? openScope() : undefined;
    try {
      return passage.receive(target.invokeSync(passage.give(parameters, scope), free));
    } finally {
      if (scope !== undefined) boundary.endScope(scope);
    }
  };
}

/** How the values of one function pass the boundary. */
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
