import { ownImport } from "../../../runtime/own-package.js";

/**
 * Imports esbuild on first use: it is large, and it starts a program of its own.
 *
 * @throws TENON_BUNDLED
 */
export function esbuild(): Promise<typeof import("esbuild")> {
  return ownImport("esbuild", () => import("esbuild"));
}
