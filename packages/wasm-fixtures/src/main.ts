/** Builds every fixture for which there is a tool chain, and says why the others are left out. */
import { statSync } from "node:fs";
import { fixture, fixtureMissing, fixtureNames } from "./fixture.js";

for (const name of fixtureNames) {
  const missing = fixtureMissing(name);
  if (missing !== undefined) {
    console.log(`${name}: left out: ${missing}`);
    continue;
  }
  const begun = performance.now();
  const { size } = statSync(await fixture(name));
  console.log(`${name}: ${size} bytes, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}
