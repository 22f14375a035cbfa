// A plugin's own contract of one kilobyte, whose records double at each level, must not keep the host's thread busy.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "tenon";
import { check, done, expect } from "../case.mjs";

const folder = mkdtempSync(join(tmpdir(), "tenon-case-"));
writeFileSync(join(folder, "index.mjs"), "export const i = { f: () => 1 };");
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  for (const [levels, right] of /** @type {const} */ ([
    [12, "opened"],
    [60, "TENON_CONTRACT_TOO_LARGE"],
  ])) {
    const records = Array.from({ length: levels }, (_, n) => `record t${n + 1} { a: t${n}, b: t${n} }`).join(" ");
    const text = `package a:b@1.0.0; interface i { record t0 { a: u8 } ${records} f: func(a: option<t${levels}>) -> u8; } world w { export i; }`;
    writeFileSync(join(folder, "plugin.wit"), text);
    const began = performance.now();
    const outcome = await open(folder, undefined, { place, fresh: true }).then(
      (plugin) => plugin.close().then(() => "opened"),
      (/** @type {{ code: string }} */ error) => error.code,
    );
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    expect(`${place}: ${levels} levels, ${text.length} characters`, outcome, right);
    check("  seconds", seconds, seconds < 10, "less than 10");
  }
}
done();
