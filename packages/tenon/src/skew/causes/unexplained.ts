import { type Finding, finding } from "../../errors/index.js";
import { type Difference, listed } from "./cause.js";

/** What no cause accounts for: the sources themselves differ, or the build left no trace of what differs. */
export function unexplained(difference: Difference, names: readonly string[]): Finding {
  const { plugin } = difference;
  return finding("TENON_GO_PACKAGE", {
    subject: plugin.path,
    message: `${listed(names)} ${names.length === 1 ? "differs" : "differ"} between host and plugin; version and flags are the same, so the source does`,
    fix: { text: `Build both from the same source of ${listed(names)}, with the same commands.` },
  });
}
