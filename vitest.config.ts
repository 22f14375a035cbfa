import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // CI counts tests and lists skips from this report.
    ...(process.env.TENON_TEST_REPORT === undefined
      ? {}
      : { reporters: ["default", "json"], outputFile: { json: process.env.TENON_TEST_REPORT } }),
  },
});
