#!/usr/bin/env node
/**
 * `tsx packages/verification/src/contracts/main.ts [SHAPE …]`: everything that follows a contract, once with 10,000 parts of each
 * kind. It must end, in time that is in proportion to 2,500 parts, with a result or with an error of Tenon's.
 */
import { contract, contractFromWit, t } from "../../../tenon/src/contract/index.js";
import { isTenonError } from "../../../tenon/src/errors/error.js";
import { deepShapes, shapes } from "./shapes.js";
import { walks } from "./walks.js";

const [small, large] = [2500, 10_000];
/** Linear is 4. What is small is mostly compiling and collecting, so a second does not count. */
const most = 10;
let faults = 0;

const wanted = process.argv.slice(2);
const chosen = (name: string) => wanted.length === 0 || wanted.some((part) => name.includes(part));

/** Returns the result of work, or the code of the error that it ends in, and the seconds of processor time that it takes. */
function timed<T>(work: () => T): { readonly result: T | undefined; readonly code: string; readonly seconds: number } {
  const began = process.cpuUsage();
  const seconds = () => process.cpuUsage(began).user / 1e6;
  try {
    const result = work();
    return { result, code: "", seconds: seconds() };
  } catch (thrown) {
    return { result: undefined, code: isTenonError(thrown) ? thrown.code : `fault: ${thrown}`, seconds: seconds() };
  }
}

function report(shape: string, walk: string, outcome: string, isRight: boolean): void {
  if (!isRight) faults++;
  console.log(`| ${shape} | ${walk} | ${outcome} |${isRight ? "" : " wrong"}`);
}

console.log(
  `| contract with | slowest walk | ${small.toLocaleString("en")} → ${large.toLocaleString("en")} |\n| --- | --- | --- |`,
);
for (const [shape, text] of Object.entries(shapes).filter(([name]) => chosen(name))) {
  const read = (size: number) => timed(() => contractFromWit(text(size)));
  const [few, many] = [read(small), read(large)];
  if (few.result === undefined || many.result === undefined) {
    // Beyond a limit there is nothing to follow.
    report(shape, "reading", `${few.code || "read"} → ${many.code || "read"}`, /^TENON_/.test(many.code));
    if (few.result === undefined) continue;
  }
  const [first, second] = [few.result, many.result ?? few.result];
  let slowest = { name: "", seconds: 0, before: 0 };
  for (const [name, walk] of Object.entries(walks)) {
    const [before, after] = [timed(() => walk(first, first)), timed(() => walk(second, second))];
    const outcome = `${before.seconds.toFixed(1)} → ${after.seconds.toFixed(1)} s ${after.code}`.trim();
    const isLinear = after.seconds <= 1 + most * before.seconds;
    if (!isLinear || after.code.startsWith("fault")) report(shape, name, outcome, false);
    if (after.seconds > slowest.seconds) slowest = { name, seconds: after.seconds, before: before.seconds };
  }
  report(shape, slowest.name, `${slowest.before.toFixed(1)} → ${slowest.seconds.toFixed(1)} s`, true);
}

const nested = (levels: number) => {
  let type: any = t.u8;
  for (let level = 0; level < levels; level++) type = t.list(type);
  return contract("a:b@1.0.0", { exports: { call: t.func([["x", type]]) } });
};
const deep: Readonly<Record<string, (size: number) => unknown>> = {
  ...Object.fromEntries(
    Object.entries(deepShapes).map(([name, text]) => [
      name,
      (size: number) => contractFromWit(text(size), { world: "w" }),
    ]),
  ),
  "lists of lists, in TypeScript": nested,
};
for (const [shape, read] of Object.entries(deep).filter(([name]) => chosen(name))) {
  const { code } = timed(() => read(large));
  report(shape, "reading", code || "read", /^TENON_CONTRACT_/.test(code));
}
console.log(`contracts: ${faults === 0 ? "every walk ends in time" : `${faults} faults`}`);
process.exitCode = faults === 0 ? 0 : 1;
