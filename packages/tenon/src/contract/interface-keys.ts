import { camel } from "./names.js";

/** An interface's full id, in parts: `wasi:http/types@0.2.0`. */
export interface InterfaceId {
  readonly namespace: string;
  readonly package: string;
  readonly name: string;
  readonly version: string | undefined;
}

const form = /^(?<namespace>[^:/@]+):(?<package>[^:/@]+)\/(?<name>[^:/@]+)(?:@(?<version>[0-9A-Za-z.+-]+))?$/;

/** Reads an interface's full id, or gives nothing if the text is not one. */
export function parseInterfaceId(id: string): InterfaceId | undefined {
  const parts = form.exec(id)?.groups;
  if (parts === undefined) return undefined;
  return { namespace: parts.namespace!, package: parts.package!, name: parts.name!, version: parts.version };
}

/**
 * The JavaScript names of other packages' interfaces, by id.
 *
 * An interface is called by its own name (`types`); when that is taken, with the package before it (`httpTypes`), then
 * with the namespace (`wasiHttpTypes`), then with the version. Earlier ids choose first, so that one added at the end
 * renames none.
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
