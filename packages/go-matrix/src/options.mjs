/** The options that all commands of this package share. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cached } from "../../fixtures/src/cache-folder.mjs";
import { defaultVersions } from "./toolchains.mjs";

const help = `options:
  --quick        the local Go and few variants: some minutes at first, a minute when built
  --go VERSIONS  comma-separated: local, 1.22, 1.26.7; with ":few" only what cross-version pairs need
                 (default: ${defaultVersions.join(",")})
  --all          the rarer ways to build for every Go version, not for the first alone
  --cache DIR    where builds and truth are kept (default: ~/.cache/tenon-fixtures/go-matrix)
  --seed N       of the random orders (default: 1)
  --orders N     random orders per Go version (default: 400, quick: 60)
  --only SETS    comma-separated: pairs, odd, twice, paths, cross, orders; "none" only builds
  --every N      only each n-th process is compared (default: 1)
  --sample N     how many cures are tried (default: 150, quick: 40)
  --verbose      say what is built`;

/** What the command line asks for; ends the process after --help or a wrong option. */
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
    console.error(`${error.message}\n\n${help}`);
    process.exit(2);
  }
}
