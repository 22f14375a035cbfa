import { camel } from "./names.js";

/** An interface's full id, in parts: `wasi:http/types@0.2.0`. */
export interface InterfaceId {
  readonly namespace: string;
  readonly package: string;
  readonly name: string;
  readonly version: string | undefined;
}

const form = /^(?<namespace>[^:/@]+):(?<package>[^:/@]+)\/(?<name>[^:/@]+)(?:@(?<version>[0-9A-Za-z.+-]+))?$/;

/** Parses an interface's full id. Returns `undefined` if the text is not one. */
export function parseInterfaceId(id: string): InterfaceId | undefined {
  const parts = form.exec(id)?.groups;
  if (parts === undefined) return undefined;
  return { namespace: parts.namespace!, package: parts.package!, name: parts.name!, version: parts.version };
}

/**
 * Returns the JavaScript names of other packages' interfaces, by id.
 *
 * An interface gets its own name (`types`). If that is taken, the package is put before it (`httpTypes`), then the
 * namespace (`wasiHttpTypes`), then the version is added. Earlier ids choose first, so an id that is added at the end
 * renames no other.
 *
 * @param taken the names of the contract's own functions and interfaces.
 */
export function foreignKeys(taken: Iterable<string>, ids: Iterable<string>): ReadonlyMap<string, string> {
  const used = new Set(taken);
  const keys = new Map<string, string>();
  for (const id of ids) {
    const parts = parseInterfaceId(id);
    if (parts === undefined || keys.has(id)) continue;
    const candidates = [
      parts.name,
      `${parts.package}-${parts.name}`,
      `${parts.namespace}-${parts.package}-${parts.name}`,
      `${parts.namespace}-${parts.package}-${parts.name}-v${(parts.version ?? "").toLowerCase().replace(/[^0-9a-z]/g, "x")}`,
    ].map(camel);
    const key = candidates.find((candidate) => !used.has(candidate)) ?? candidates[0]!;
    used.add(key);
    keys.set(id, key);
  }
  return keys;
}
