import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
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
  env: { TENON_TEST_EFFORT: process.env.TENON_TEST_EFFORT ?? (isQuick ? "0.05" : "0.4") },
};
/**
 * System and toolchain tests load the built package, and what they import of its sources as the compiler left it. Node loads
 * these files itself, which takes a fraction of the time that Vite would take for each test file.
 */
const builtFiles = {
  name: "built-files",
  enforce: "pre",
  resolveId(id: string, importer: string | undefined) {
    if (importer === undefined || !id.startsWith(".") || !id.endsWith(".js")) return undefined;
    const file = resolve(dirname(importer), id);
    if (!file.startsWith(source)) return undefined;
    const compiled = join(source, "../dist", relative(source, file));
    return existsSync(compiled) ? compiled : undefined;
  },
} as const;
const server = { deps: { external: [/\/packages\/tenon\/(?:bundle|dist)\//] } };
/** In CI, where other steps keep the machine busy, what waits for processes has a second try; the reporter names each. */
const retry = process.env.CI === undefined ? 0 : 1;

/**
 * Three kinds of tests, told apart by the file's name:
 *
 * - unit: `*.test.ts`. No threads, no processes, no build of the package: they share one realm in each thread.
 * - system: `*.system.test.ts`. Threads, processes and the command line, with the package as it is built. Files share a process:
 *   what one changes in it (variables, the folder, listeners), it puts back.
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
        plugins: [builtFiles],
        test: {
          name: "system",
          ...limits,
          retry,
          server,
          include: ["packages/*/src/**/*.system.test.ts"],
          pool: "forks",
          isolate: false,
        },
      },
      {
        plugins: [builtFiles],
        test: {
          name: "toolchain",
          ...limits,
          retry,
          server,
          include: ["packages/*/src/**/*.toolchain.test.ts"],
          pool: "forks",
          isolate: false,
        },
      },
    ],
  },
});
