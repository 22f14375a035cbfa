import { packagesDiffer } from "../../errors/factories/skew.js";
import type { Finding } from "../../errors/index.js";
import type { Difference } from "./cause.js";

/** Packages that no cause explains: their sources differ, or the build left no trace of the difference. */
export function unexplained({ plugin }: Difference, names: readonly string[]): Finding {
  return packagesDiffer(plugin.path, names);
}
