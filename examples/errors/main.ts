/**
 * Whatever is wrong with a plugin, the error has a stable code, says where the problem is, and how to fix it. The broken
 * plugins are in broken/.
 */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost, isTenonError } from "tenon";
import { shop } from "./contract.js";

const broken = (name: string): string =>
  relative(process.cwd(), fileURLToPath(new URL(`broken/${name}`, import.meta.url)));
const imports = { fetchPrice: (article: string) => article.length };
let unexpected = 0;

await using host = createHost({ limits: { load: 2_000, grace: 100 } });

console.log("FOUND BY CHECK, without running the plugin; open rejects the same\n");
for (const [title, name] of [
  ["a file that does not exist", "nowhere.js"],
  ["an empty file", "empty.js"],
  ["a folder without entry", "no-entry"],
  ["a file of another kind", "picture.js"],
  ["a syntax error", "syntax.ts"],
  ["an import of a missing file", "import.js"],
  ["missing functions", "missing-export.js"],
  ["a manifest with a wrong field", "manifest"],
  ["a plugin for another version of the contract", "other-contract"],
] as const) {
  console.log(title);
  const { verdict, findings } = await host.check(broken(name), shop);
  for (const { severity, code, message, fix } of findings) {
    if (severity === "error") show(code, message, fix.text);
  }
  const refused = await codeOf(host.open(broken(name), shop, { imports }));
  console.log(`  check: ${verdict}; open: ${refused}\n`);
  if (verdict !== "breaks" || !findings.some(({ code }) => code === refused)) unexpected++;
}

console.log("FOUND BY OPEN, in a thread that can be stopped\n");
for (const [title, name] of [
  ["an exception at load", "throws-at-load.js"],
  ["process.exit at load", "exits-at-load.js"],
  ["an infinite loop at load", "loops-at-load.js"],
] as const) {
  await expectFailure(title, host.open(broken(name), shop, { imports, place: "worker" }));
}
await expectFailure(
  "a function that the host does not offer",
  host.open(broken("misbehaves.js"), shop, { fresh: true } as never), // TypeScript would find it
);

console.log("FOUND BY CALLS\n");
const options = {
  place: "worker",
  imports: {
    fetchPrice: () => {
      throw new Error("the price list is locked");
    },
  },
  limits: { deadline: 500, drain: 100, bytes: 1024 * 1024 },
} as const;
const misbehaving = await host.open(broken("misbehaves.js"), shop, options);
const { price, catalogue, categories, stock, reorder } = misbehaving.exports;
await expectFailure("a wrong type from the host", price(5 as unknown as string));
await expectFailure("a wrong type from the plugin", price("oak"));
await expectFailure("an exception in the plugin", price("pine"));
await expectFailure("a result that is larger than the limit", catalogue(2048));
await expectFailure("a cyclic value", categories());
await expectFailure("a host function that throws", reorder());
await expectFailure(
  "a name that is not in the contract",
  Promise.resolve().then(() => misbehaving.lookup("prize")),
);
await expectFailure("a promise that never settles", stock());
const looping = await host.open(broken("misbehaves.js"), shop, { ...options, fresh: true });
await expectFailure("an infinite loop", looping.exports.recount());

console.log("FOUND BY SWAP AND CLOSE; after a failed swap the old plugin keeps running\n");
await expectFailure("a swap to something that does not fit", misbehaving.swap(broken("missing-export.js")));
await expectFailure("two swaps at the same time", Promise.all([misbehaving.swap(), misbehaving.swap()]));
const never = codeOf(stock());
const { forced } = await misbehaving.close();
console.log(`closed during a call\n  the call: ${await never}; stopped by force: ${forced}\n`);
await expectFailure("a call after close", price("oak"));

console.log(unexpected === 0 ? "every failure had a code and a fix" : `${unexpected} failures were NOT as expected`);
process.exitCode = unexpected === 0 ? 0 : 1;

async function expectFailure(title: string, attempt: Promise<unknown>): Promise<void> {
  console.log(title);
  try {
    await attempt;
    unexpected++;
    console.log("  NO ERROR\n");
  } catch (error) {
    if (!isTenonError(error)) throw error;
    show(error.code, error.message, error.fix.text);
    const origin = error.pluginStack?.split("\n").find((line) => line.includes("broken/"));
    if (origin !== undefined) console.log(`  in the plugin: ${origin.trim().replace(`${process.cwd()}/`, "")}`);
    console.log();
  }
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "nothing";
  } catch (error) {
    return isTenonError(error) ? error.code : String(error);
  }
}

function show(code: string, message: string, fix: string): void {
  console.log(
    `  ${code}\n  ${message.replace(/\n/g, "\n  ").replaceAll(`${process.cwd()}/`, "")}\n  to fix this: ${fix.replaceAll(`${process.cwd()}/`, "")}`,
  );
}
