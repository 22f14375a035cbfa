/** The options that all commands of this package share. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cached } from "../../fixtures/src/cache-folder.mjs";
import { defaultVersions } from "./toolchains.mjs";

/** @import { Options } from "./types.js" */

const help = `options:
  --quick        the local Go and few variants: some minutes the first time, then one minute
  --go VERSIONS  comma-separated: local, 1.22, 1.26.7; with ":few", only the builds for cross-version pairs
                 (default: ${defaultVersions.join(",")})
  --all          build the rarer variants for every Go version, not only for the first
  --cache DIR    folder for builds and recorded results (default: ~/.cache/tenon-fixtures/go-matrix)
  --seed N       seed of the random orders (default: 1)
  --orders N     random orders per Go version (default: 400, quick: 60)
  --only SETS    comma-separated: pairs, odd, twice, paths, cross, orders; "none" only builds
  --every N      compare only every Nth process (default: 1)
  --sample N     number of fixes to try (default: 150, quick: 40)
  --verbose      print each build`;

/**
 * Reads the command line; exits after --help or a wrong option.
 *
 * @returns {Options}
 */
export function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        all: { type: "boolean", default: false },
        sample: { type: "string" },
        every: { type: "string", default: "1" },
        quick: { type: "boolean", default: false },
        go: { type: "string" },
        cache: { type: "string", default: cached("go-matrix") },
        seed: { type: "string", default: "1" },
        orders: { type: "string" },
        only: { type: "string" },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      console.log(help);
      process.exit(0);
    }
    return {
      ...values,
      versions: values.go?.split(",") ?? (values.quick ? ["local"] : defaultVersions),
      sets: values.only?.split(",") ?? ["pairs", "odd", "twice", "paths", "cross", "orders"],
      seed: Number(values.seed),
      sample: Number(values.sample ?? (values.quick ? 40 : 150)),
      every: Math.max(1, Number(values.every) || 1),
      orders: Number(values.orders ?? (values.quick ? 60 : 400)),
      truth: join(values.cache, values.quick ? "truth-quick" : "truth"),
    };
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\n\n${help}`);
    process.exit(2);
  }
}
