import type { Component } from "../../../binary/component/index.js";

/** Returns all core modules of a component and of its nested components, as views of the file's bytes. */
export function coreModulesOf(component: Component): Uint8Array[] {
  return component.definitions.flatMap((definition) => {
    if (definition.kind === "core-module") return [definition.bytes];
    return definition.kind === "component" ? coreModulesOf(definition.component) : [];
  });
}
