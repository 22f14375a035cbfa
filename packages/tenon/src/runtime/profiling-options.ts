import { resolve } from "node:path";

const option = /^--((?:cpu|heap)-prof)(?:-(dir|interval)(?:=(.*))?)?$/s;

/**
 * Returns Node's options for profiles with which the host was started, for a thread or process in which a plugin runs: it writes
 * a profile of its own when it ends. Profiles go to the host's folder, and have names that Node chooses.
 */
export function profilingOptions(given: readonly string[] = process.execArgv): string[] {
  const kinds = new Map<string, Map<string, string>>();
  for (const [index, word] of given.entries()) {
    const [, kind, detail, value = given[index + 1] ?? ""] = option.exec(word) ?? [];
    if (kind === undefined) continue;
    const details = kinds.get(kind) ?? new Map<string, string>();
    kinds.set(kind, detail === undefined ? details.set("on", "") : details.set(detail, value));
  }
  return [...kinds].flatMap(([kind, details]) => {
    if (!details.has("on")) return [];
    const interval = details.get("interval");
    return [
      `--${kind}`,
      `--${kind}-dir=${resolve(details.get("dir") ?? "")}`,
      ...(interval === undefined ? [] : [`--${kind}-interval=${interval}`]),
    ];
  });
}
