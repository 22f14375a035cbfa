// node: --disallow-code-generation-from-strings
// A hardened host: nothing may end in a raw EvalError.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";

const path = join(mkdtempSync(join(tmpdir(), "tenon-case-")), "plugin.mjs");
writeFileSync(path, 'export const greet = (name) => "Hello, " + name + "!";');
const greeter = contract("demo:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const host = createHost();
  const plugin = await host.open(path, greeter, { place });
  const point = host.point(greeter);
  point.add(plugin);
  expect(`${place}: a call`, await plugin.exports.greet("Ada"), "Hello, Ada!");
  expect(`${place}: a call over a point`, await point.series.greet("Ada"), ["Hello, Ada!"]);
  await host.close();
}
done();
