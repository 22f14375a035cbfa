import { decodeComponent } from "./decode.js";
import type { Component } from "./model.js";
import { type ComponentType, validateComponent } from "./validate/index.js";

/** A component as its file has it, and its type. */
export interface ReadComponent {
  readonly component: Component;
  readonly type: ComponentType;
}

/**
 * Reads a component and checks that it keeps every rule of the component model, so that whoever links it need not look
 * again. The code of its core modules is left to the engine.
 *
 * @param bytes The whole file. What is given back holds views of them.
 * @throws TENON_BINARY_MALFORMED, TENON_COMPONENT_INVALID, TENON_COMPONENT_UNSUPPORTED; each names the byte
 */
export function readComponent(bytes: Uint8Array): ReadComponent {
  const component = decodeComponent(bytes);
  return { component, type: validateComponent(component) };
}
