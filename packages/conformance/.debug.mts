import { conformanceCases, openSuite } from "tenon/testing";
const { targets } = await import("/work/main/packages/conformance/src/targets.ts");
const [targetIndex, filter = ""] = process.argv.slice(2);
const target = targets[Number(targetIndex)];
const suite = openSuite(target, { timeout: 15000 });
console.log(target.runtime, target.place);
for (const item of conformanceCases.filter((c) => c.id.includes(filter))) {
  const begun = performance.now();
  const r = await suite.run(item);
  const t = performance.now() - begun;
  if (r.status === "failed") { const e: any = r.error; console.log("✗", item.id, t.toFixed(), "\n   ", (e.stack ?? String(e)).split("\n").slice(0, 9).join("\n    ")); for (let c = e.cause; c; c = c.cause) console.log("   CAUSE", (c.stack ?? String(c)).split("\n").slice(0, 6).join("\n      ")); }
  else if (t > 700) console.log("slow", item.id, t.toFixed());
}
await suite.close();
console.log("end");
