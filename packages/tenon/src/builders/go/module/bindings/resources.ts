import type { ResourceType, Signature } from "../../../../contract/index.js";
import { enterSynchronously } from "./async-functions.js";
import type { Writers } from "./call-parts.js";

/** Writes the code that passes the plugin's own objects. The host's handles are their indexes in a table. */
export function writeOwnResource(
  { types, text, asynchronous }: Writers,
  scope: string | undefined,
  resource: ResourceType,
  hasDrop: boolean,
): void {
  const name = types.names.type(resource);
  const module = `[export]${scope ?? "$root"}`;
  text.line();
  text.line(`var tenonObjects${name} tenonObjects[${name}]`);
  for (const [verb, signature] of [
    ["new", "(index uint32) uint32"],
    ["rep", "(handle uint32) uint32"],
    ["drop", "(handle uint32)"],
  ] as const) {
    text.line();
    text.line(`//go:wasmimport ${module} [resource-${verb}]${resource.name}`);
    text.line(`func tenon_${verb}${name}${signature}`);
  }
  text.line();
  text.block(`func tenonTake${name}(handle uint32) *${name} {`, () => {
    text.line(`object := tenonObjects${name}.Take(tenon_rep${name}(handle))`);
    text.line(`tenon_drop${name}(handle)`);
    text.line("return object");
  });
  text.line();
  text.line(`func tenonSee${name}(index uint32, _ *tenonLoans) *${name} { return tenonObjects${name}.At(index) }`);
  text.line();
  text.block(`func tenonGive${name}(object *${name}) uint32 {`, () => {
    text.block("if object == nil {", () => text.line(`panic("a nil *${name} was passed to the host")`));
    text.line(`return tenon_new${name}(tenonObjects${name}.Add(object))`);
  });
  text.line();
  text.line(`//go:wasmexport ${scope === undefined ? "" : `${scope}#`}[dtor]${resource.name}`);
  text.block(`func tenonEnd${name}(index uint32) {`, () => {
    text.line("defer tenonGuard()");
    if (asynchronous) enterSynchronously(text);
    const remove = `tenonObjects${name}.Remove(index)`;
    if (hasDrop) text.block(`if object := ${remove}; object != nil {`, () => text.line("object.Drop()"));
    else text.line(remove);
    if (asynchronous) text.line("tenonSettle()");
  });
}

/** Writes the Go type for objects of the host. */
export function writeHostResource({ types, text }: Writers, module: string, resource: ResourceType): void {
  const name = types.names.type(resource);
  const drop = dropMethod(resource);
  text.line();
  text.line(`// ${name} is an object of the host's. Call ${drop} when it is no longer needed.`);
  text.docs(resource.docs);
  text.line(`type ${name} struct{ handle uint32 }`);
  text.line();
  text.line(`//go:wasmimport ${module} [resource-drop]${resource.name}`);
  text.line(`func tenon_drop${name}(handle uint32)`);
  text.line();
  text.line(`// ${drop} returns the object to the host.`);
  text.block(`func (o *${name}) ${drop}() {`, () => {
    text.line("handle := o.handle");
    text.line("o.handle = 0");
    text.block("if handle != 0 {", () => text.line(`tenon_drop${name}(handle)`));
  });
  text.line();
  text.line(`func tenonOwn${name}(handle uint32) *${name} { return &${name}{handle} }`);
  text.line();
  text.block(`func tenonLend${name}(handle uint32, lent *tenonLoans) *${name} {`, () => {
    text.line(`object := &${name}{handle}`);
    text.line(`*lent = append(*lent, tenonLoan{&object.handle, tenon_drop${name}})`);
    text.line("return object");
  });
  text.line();
  text.block(`func tenonShow${name}(object *${name}) uint32 {`, () => {
    text.block("if object == nil || object.handle == 0 {", () =>
      text.line(`panic("a ${name} was used that is nil, was passed to the host, or was dropped")`),
    );
    text.line("return object.handle");
  });
  text.line();
  text.block(`func tenonGive${name}(object *${name}) uint32 {`, () => {
    text.line(`handle := tenonShow${name}(object)`);
    text.line("object.handle = 0");
    text.line("return handle");
  });
}

/** Returns the method that drops an object. It has a different name if the contract itself has a method `drop`. */
function dropMethod(resource: ResourceType): string {
  return resource.methods.some((method) => method.name === "drop") ? "Release" : "Drop";
}

/** Returns resources in order of declaration, each with the signature of its destructor. */
export function resourcesOf(list: readonly Signature[]): readonly { resource: ResourceType; drop: Signature }[] {
  return list.flatMap((drop) =>
    drop.kind === "drop" && drop.resource !== undefined ? [{ resource: drop.resource, drop }] : [],
  );
}
