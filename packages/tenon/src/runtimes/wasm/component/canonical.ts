import type { CanonDefinition, CanonOptions } from "../../../binary/component/index.js";
import type { FunctionType, ResourceType } from "../../../contract/core.js";
import { functionWithForms } from "../../../contract/model/component-contract.js";
import {
  type CanonicalOptions,
  type CoreFunction,
  canSuspend,
  compileAsyncLower,
  compileLift,
  compileLiftPromising,
  compileLower,
  compileLowerSuspending,
  defineBuiltIn,
  type ResourceKind,
  resourceDrop,
  resourceNew,
  resourceRep,
} from "../abi/index.js";
import type { ComponentFunction, Scope } from "./scope.js";
import { functionTypeAt, resourceAt, streamTypeAt, valueType } from "./types.js";

type Lift = Extract<CanonDefinition, { kind: "lift" }>;

/** What canonical definitions refer to, as live objects. */
export interface CanonicalScope {
  readonly scope: Scope;
  readonly options: (options: CanonOptions) => CanonicalOptions;
  readonly resolve: (type: ResourceType) => ResourceKind;
  /** Whether the engine suspends async functions that the component lifts or lowers synchronously. */
  readonly suspends: boolean;
}

/** A function that was lifted from a core function. */
export interface LiftedFunction extends ComponentFunction {
  /** Forgets the core function: another has taken its place. */
  forget(): void;
}

/** Lifts a core function to a function of the component. It is compiled when it is first called; most never are. */
export function liftFunction(definition: Lift, canonical: CanonicalScope): LiftedFunction {
  const own = functionTypeAt(definition.type, canonical.scope);
  const options = canonical.options(definition.options);
  const forms = new Map<FunctionType, LiftedFunction>();
  const lifted = liftAs(own, definition.core, options, canonical, {
    as(wanted) {
      const type = functionWithForms(own, wanted);
      if (type === own) return lifted;
      let form = forms.get(type);
      if (form === undefined) forms.set(type, (form = liftAs(type, definition.core, options, canonical)));
      return form;
    },
    forget() {
      for (const form of forms.values()) form.forget();
    },
  });
  return lifted;
}

/** @param others the function's other forms. */
function liftAs(
  type: FunctionType,
  index: number,
  canonical: CanonicalOptions,
  { scope, resolve, suspends }: CanonicalScope,
  others?: Required<Pick<LiftedFunction, "as" | "forget">>,
): LiftedFunction {
  const core = () => scope.coreFunctions[index]!;
  let renewed = false;
  let lifted: ComponentFunction["call"] | undefined;
  let promising: ComponentFunction["call"] | undefined;
  const label = (found: ComponentFunction) => found.label ?? "a function";
  const found: LiftedFunction = {
    type,
    label: undefined,
    get call(): ComponentFunction["call"] {
      lifted ??= renewed
        ? compileLift(label(found), type, lasting(core), lastingOptions(canonical), scope.state, resolve)
        : compileLift(label(found), type, core(), canonical, scope.state, resolve);
      return lifted;
    },
    get start(): ComponentFunction["start"] {
      if (!maySuspend(type, canonical.async, suspends || scope.state.waitsInPlace)) return undefined;
      promising ??= compileLiftPromising(label(found), type, core(), canonical, scope.state, resolve);
      return promising;
    },
    ...(others && { as: others.as }),
    forget() {
      if (!renewed) lifted = undefined;
      renewed = true;
      promising = undefined;
      others?.forget();
    },
  };
  return found;
}

/** Returns a function that calls whatever takes the place of a core function. */
function lasting(current: () => CoreFunction): CoreFunction {
  return (...parameters: readonly (number | bigint)[]) => current()(...parameters);
}

function lastingOptions(options: CanonicalOptions): CanonicalOptions {
  if (options.postReturn === undefined) return options;
  return Object.create(options, { postReturn: { value: lasting(() => options.postReturn!) } });
}

/** Returns the core function that a canonical definition other than `lift` defines. */
export function defineCanonical(
  definition: Exclude<CanonDefinition, Lift>,
  { scope, options, resolve, suspends }: CanonicalScope,
): CoreFunction {
  const { state } = scope;
  switch (definition.kind) {
    case "lower": {
      const { type, label = "an import", call, start = call } = scope.functions[definition.function]!;
      const canonical = options(definition.options);
      if (canonical.async) return compileAsyncLower(label, type, start, () => canonical, state, resolve);
      if (!maySuspend(type, false, suspends)) return compileLower(label, type, call, () => canonical, state, resolve);
      return compileLowerSuspending(label, type, start, () => canonical, state, resolve);
    }
    case "resource-new":
      return resourceNew(resourceAt(definition.resource, scope), state);
    case "resource-rep":
      return resourceRep(resourceAt(definition.resource, scope), state);
    case "resource-drop":
      return resourceDrop(resourceAt(definition.resource, scope), state);
    default:
      return defineBuiltIn(definition, {
        state,
        resolve,
        options,
        type: (type) => valueType(type, scope),
        streamType: (index) => streamTypeAt(index, scope),
        memory: (index) => scope.coreMemories[index],
      });
  }
}

function maySuspend(type: FunctionType, isAsync: boolean, suspends: boolean): boolean {
  return suspends && canSuspend && type.async && !isAsync;
}
