import { decodeComponent } from "./decode/decode.js";
import type { Component } from "./decode/model.js";
import { type ComponentType, validateComponent } from "./validate/index.js";

/** A decoded component and its type. */
export interface ReadComponent {
  readonly component: Component;
  readonly type: ComponentType;
}

/**
 * Reads a component and checks it against every rule of the component model, so that the linker does not need to check
 * again. The engine checks the code of its core modules.
 *
 * @param bytes The whole file. The result contains views of it.
 * @throws TENON_BINARY_MALFORMED, TENON_COMPONENT_INVALID, TENON_COMPONENT_UNSUPPORTED; each names the byte
 */
export function readComponent(bytes: Uint8Array): ReadComponent {
  const component = decodeComponent(bytes);
  return { component, type: validateComponent(component) };
}
