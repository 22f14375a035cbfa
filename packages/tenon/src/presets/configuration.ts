import type { Contribution } from "../contributions/index.js";
import type { CreateHostOptions } from "./index.js";

/**
 * What `tenon --config FILE` loads: the default export of the file. A program can pass all but the contributions to
 * `createHost`.
 *
 * ```ts
 * export default { runtimes: [lua], contributions: [{ name: "lua", files: { extensions: [".lua"] } }] } satisfies Configuration;
 * ```
 */
export interface Configuration extends Pick<CreateHostOptions, "runtimes" | "builders" | "sources" | "places"> {
  /** What the command line learns of these runtimes, and of anything else. They are asked before Tenon's own. */
  readonly contributions?: readonly Contribution[];
}
