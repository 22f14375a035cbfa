// A schema of settings that `open` refuses must be refused by `check`.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, open } from "tenon";
import { done, expect } from "../case.mjs";

const folder = mkdtempSync(join(tmpdir(), "tenon-case-"));
writeFileSync(join(folder, "index.mjs"), "export const a = () => 1;");
writeFileSync(join(folder, "plugin.wit"), "package a:b; world w { export a: func() -> u8; }");
for (const settings of [
  { properties: { b: { $ref: "constructor" } } },
  { properties: { b: { $ref: "#/missing" } } },
  { properties: { b: { type: "strnig" } } },
  { properties: { b: { type: "string", pattern: "(" } } },
]) {
  writeFileSync(join(folder, "tenon.json"), JSON.stringify({ settings }));
  const { verdict, findings } = await check(folder);
  const opened = await open(folder, undefined, { fresh: true }).catch((/** @type {{ code: string }} */ error) => error);
  expect(
    JSON.stringify(settings),
    [verdict, findings.map(({ code }) => code), /** @type {{ code?: string }} */ (opened).code ?? "opened"],
    ["breaks", ["TENON_MANIFEST_INVALID"], "TENON_MANIFEST_INVALID"],
  );
}
done();
