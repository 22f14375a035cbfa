/** Builds every fixture whose toolchain is installed, and prints why the others are skipped. */
import { statSync } from "node:fs";
import { fixture, fixtureMissing, fixtureNames } from "./fixture.js";

for (const name of fixtureNames) {
  const missing = fixtureMissing(name);
  if (missing !== undefined) {
    console.log(`${name}: skipped: ${missing}`);
    continue;
  }
  const begun = performance.now();
  const { size } = statSync(await fixture(name));
  console.log(`${name}: ${size} bytes, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}
