import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { orList } from "./host.js";

/**
 * A grant of `open` says something impossible.
 *
 * @param grant the option: `folders`, `network`, `listen`.
 * @param entry the entry of it that is wrong.
 * @param why what is wrong with it, and what was expected.
 */
export function grantInvalid(grant: string, entry: string, why: string, cause?: unknown): TenonError {
  return errors.TENON_GRANT_INVALID({
    message: `grants.${grant}: ${JSON.stringify(entry)}: ${why}`,
    subject: entry,
    cause,
  });
}

/** Grants that nothing enforces. */
export interface UnenforcedGrants {
  /** Their names: `folders`, `resources.cpu`. */
  readonly grants: readonly string[];
  readonly runtime: string;
  readonly place: string;
  /** The places that enforce them. */
  readonly enforcing: readonly string[];
  /** The places that may have a sandbox. */
  readonly sandboxing: readonly string[];
}

/** `open` gives grants that nothing would enforce: the plugin would reach there anyway, and further, or would not get there. */
export function grantsUnenforced(
  name: string,
  { grants, runtime, place, enforcing, sandboxing }: UnenforcedGrants,
): TenonError {
  const names = grants.map((grant) => `grants.${grant}`).join(", ");
  const it = grants.length === 1 ? "it" : "them";
  const claim = grants.length === 1 ? "it would not mean what it says" : "they would not mean what they say";
  const ways = [
    ...(enforcing.length === 0 ? [] : [`open the plugin in a place that enforces ${it}: ${orList(enforcing)}`]),
    ...(sandboxing.length === 0 ? [] : ['open it in a sandbox of the operating system: isolation: "sandboxed"']),
    'if you trust the plugin, set grants: { unenforced: "allow" }',
  ];
  const [first = "", ...others] = ways;
  return errors.TENON_GRANT_UNENFORCED({
    message: `plugin ${name}: nothing enforces ${names} for a plugin of the ${runtime} runtime in the ${place} place: ${claim}`,
    subject: name,
    fix: { text: `${first.charAt(0).toUpperCase()}${[first.slice(1), ...others].join("; or ")}.` },
  });
}

/** A plugin called a host function that was not granted to it. */
export function functionNotGranted(plugin: string, label: string): TenonError {
  return errors.TENON_GRANT_MISSING({
    message: `${plugin} called the host function ${label}(), which is not granted to it`,
    subject: label,
    fix: { text: `If the plugin may call it, add "${label}" to grants.functions.` },
  });
}
