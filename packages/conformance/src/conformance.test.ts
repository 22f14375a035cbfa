import { readFile } from "node:fs/promises";
import { conformanceCases, openSuite } from "tenon/testing";
import { afterAll, describe, expect, test } from "vitest";
import { targets } from "./targets.js";
import { witFiles } from "./wit-file.js";

for (const target of targets) {
  describe(`${target.runtime} in ${target.place}`, () => {
    const suite = openSuite(target, { timeout: 25_000 });
    afterAll(() => suite.close());
    // A case that is not offered is no skipped test: docs/conformance.md lists it with its reason.
    for (const item of conformanceCases.filter((candidate) => suite.reasonAgainst(candidate) === undefined)) {
      test(`${item.id}: ${item.title}`, async () => {
        const result = await suite.run(item);
        if (result.status === "failed") throw result.error;
        expect(result.status).toBe("passed");
      });
    }
  });
}

test("the contracts beside the fixtures are the suite's", async () => {
  for (const [file, text] of Object.entries(witFiles)) expect(await readFile(file, "utf8")).toBe(text);
});
