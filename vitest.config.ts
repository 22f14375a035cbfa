import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";
import { ChangedFirst } from "./packages/fixtures/src/changed-first.js";
import { SkipReporter } from "./packages/fixtures/src/reporter.js";

const isQuick = process.env.npm_lifecycle_event === "test:quick";
const source = fileURLToPath(new URL("packages/tenon/src/", import.meta.url));
const cores = Math.max(2, availableParallelism());
const limits = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  setupFiles: ["packages/fixtures/src/property-tests.ts"],
  // How many inputs property tests try: see packages/fixtures/src/effort.ts.
  env: { TENON_TEST_EFFORT: process.env.TENON_TEST_EFFORT ?? (isQuick ? "0.05" : "1") },
};
/** In CI, where other steps keep the machine busy, what waits for processes has a second try; the reporter names each. */
const retry = process.env.CI === undefined ? 0 : 1;

/**
 * Three kinds of tests, told apart by the file's name:
 *
 * - unit: `*.test.ts`. No threads, no processes, no build of the package: they share one realm in each thread.
 * - system: `*.system.test.ts`. Threads, processes and the command line, with the package as it is built.
 * - toolchain: `*.toolchain.test.ts`. Need Go, cargo, clang or another tool, and skip with a reason where it is missing.
 */
export default defineConfig({
  test: {
    reporters: [process.env.CI === undefined ? "default" : "dot", new SkipReporter()],
    maxWorkers: cores,
    sequence: { sequencer: ChangedFirst },
    projects: [
      {
        // They run on the sources, also where they use the package as its users do.
        resolve: { alias: [{ find: /^tenon(?:\/(\w+))?$/, replacement: `${source}$1/index.ts` }] },
        test: {
          name: "unit",
          ...limits,
          include: ["packages/*/src/**/*.test.ts"],
          exclude: [...configDefaults.exclude, "**/*.{system,toolchain}.test.ts"],
          pool: "threads",
          isolate: false,
        },
      },
      {
        test: { name: "system", ...limits, retry, include: ["packages/*/src/**/*.system.test.ts"], pool: "forks" },
      },
      {
        test: {
          name: "toolchain",
          ...limits,
          retry,
          include: ["packages/*/src/**/*.toolchain.test.ts"],
          pool: "forks",
        },
      },
    ],
  },
});
