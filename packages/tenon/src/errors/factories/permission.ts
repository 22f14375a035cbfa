import type { Fix } from "../error.js";

const flags: Readonly<Record<string, string>> = {
  ChildProcess: "--allow-child-process",
  WorkerThreads: "--allow-worker",
  FileSystemRead: "--allow-fs-read",
  FileSystemWrite: "--allow-fs-write",
  WASI: "--allow-wasi",
  Addon: "--allow-addons",
  Net: "--allow-net",
};

/**
 * The fix for what Node's permission model refused: the option that allows it. `undefined` for every other cause.
 *
 * @param needed what it is needed for: "Tenon bundles plugins with esbuild, which is a program".
 */
export function permissionFix(cause: unknown, needed: string): Fix | undefined {
  const { code, permission, resource } = (cause ?? {}) as { code?: unknown; permission?: unknown; resource?: unknown };
  if (code !== "ERR_ACCESS_DENIED" || typeof permission !== "string") return undefined;
  const flag = Object.hasOwn(flags, permission) ? flags[permission] : undefined;
  if (flag === undefined) return undefined;
  const value = permission.startsWith("FileSystem") && typeof resource === "string" ? `=${resource}` : "";
  return {
    text: `Start the host with ${flag}${value} as well: Node's permission model refused it, and ${needed}.`,
  };
}
