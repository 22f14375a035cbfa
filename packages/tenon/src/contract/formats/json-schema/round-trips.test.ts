import { times } from "@tenon/fixtures/tests";
import { expect, test } from "vitest";
import { randomFrom, randomSchema } from "../../../../../conformance/src/random-schema.js";
import { Counts, tryNamedSchema } from "../../../../../verification/src/json-schema/round-trips.js";

test("values of random schemas are valid, and valid JSON comes back equal, beside ajv", () => {
  const counts = new Counts();
  for (let seed = 1; seed <= times(100); seed++) {
    const random = randomFrom(seed * 2_654_435_761);
    tryNamedSchema(randomSchema(random), 10, random, counts);
  }
  expect(counts.values).toBeGreaterThan(counts.schemas);
  expect(counts.accepted).toBeGreaterThan(0);
  expect(counts.refusedSchemas).toBeLessThan(counts.schemas / 2);
});
