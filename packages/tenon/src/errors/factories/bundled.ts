import type { TenonError } from "../error.js";
import { errors } from "../errors.js";

/**
 * A bundler moved Tenon's code into the host's bundle, away from what it needs at run time.
 *
 * @param missing the file or the package that it cannot load from there: "/srv/places/worker/entry.js", "semver".
 */
export function tenonBundled(missing: string, cause?: unknown): TenonError {
  return errors.TENON_BUNDLED({
    message: `the package tenon is bundled into the host's program, so its code cannot load ${missing}`,
    subject: missing,
    cause,
    fix: { text: bundledFix },
  });
}

/** For every bundler that the tests cover. See docs/bundlers.md. */
const bundledFix =
  'Mark tenon as external, and install it where the bundle runs. esbuild: --external:tenon; Vite: ssr: { external: ["tenon"] }; webpack: externals: [/^tenon(\\/|$)/], externalsType: "module". See docs/bundlers.md.';
