import { homedir } from "node:os";
import { join } from "node:path";

/** Returns the folder for what Tenon caches between runs, in the user's own cache. It need not exist yet. */
export function userCache(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "tenon");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "tenon");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "tenon");
}
