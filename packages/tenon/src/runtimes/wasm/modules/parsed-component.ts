import { readComponent } from "../../../binary/component/index.js";
import { isHttpHandler } from "../../../program/http-handler-contract.js";

const parsed = new WeakMap<Uint8Array, ReturnType<typeof readComponent>>();

/**
 * Decodes and validates a component. Cached for the same bytes, since check, prepare and load all need it.
 *
 * @throws TENON_BINARY_MALFORMED, TENON_COMPONENT_INVALID, TENON_COMPONENT_UNSUPPORTED
 */
export function parseComponent(bytes: Uint8Array): ReturnType<typeof readComponent> {
  let found = parsed.get(bytes);
  if (found === undefined) {
    found = readComponent(bytes);
    parsed.set(bytes, found);
  }
  return found;
}

/** Whether a component exports the handler of wasi:http. @throws what {@link parseComponent} throws */
export function servesHttp(bytes: Uint8Array): boolean {
  return parseComponent(bytes).type.exports.some(({ name }) => isHttpHandler(name));
}
