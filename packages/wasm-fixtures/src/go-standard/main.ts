/** Runs tests of Go's standard library on Tenon's WASI, and prints how many pass: `main.ts [PACKAGE …]`. */
import { goPackages, unexpected } from "./packages.js";
import { goMissing, runGoTests } from "./run.js";

const missing = goMissing();
if (missing !== undefined) console.log(`skipped: ${missing}`);
else {
  const chosen = process.argv.slice(2);
  for (const name of chosen.length > 0 ? chosen : Object.keys(goPackages)) {
    const { passed, failed, skipped, text } = await runGoTests(name);
    const wrong = unexpected(name, failed);
    console.log(`${name}: ${passed.length} pass, ${failed.length} fail, ${skipped.length} skipped`);
    if (wrong.length === 0 && passed.length > 0) continue;
    console.log(text);
    console.log(`${name}: these should pass: ${wrong.join(", ")}`);
    process.exitCode = 1;
  }
}
