import { conformanceCases, openSuite, type Target } from "tenon/testing";
import { afterAll, describe, expect, test } from "vitest";
import { targets } from "./targets.js";

/** Declares one test for each case that the chosen targets support. */
export function describeTargets(chosen: (target: Target) => boolean, among: readonly Target[] = targets): void {
  for (const target of among.filter(chosen)) {
    describe(`${target.runtime} in ${target.place}`, () => {
      const suite = openSuite(target, { timeout: 60_000 });
      afterAll(() => suite.close());
      // Cases that are not supported are not skipped tests: docs/conformance.md lists them with their reasons.
      for (const item of conformanceCases.filter((candidate) => suite.reasonAgainst(candidate) === undefined)) {
        test(`${item.id}: ${item.title}`, { timeout: 90_000 }, async () => {
          const result = await suite.run(item);
          if (result.status === "failed") throw result.error;
          expect(result.status).toBe("passed");
        });
      }
    });
  }
}
