import type { Component } from "../../binary/component/index.js";

/** Every core module of a component, in it and in its nested components; views of the file's bytes. */
export function coreModulesOf(component: Component): Uint8Array[] {
  return component.definitions.flatMap((definition) => {
    if (definition.kind === "core-module") return [definition.bytes];
    return definition.kind === "component" ? coreModulesOf(definition.component) : [];
  });
}
