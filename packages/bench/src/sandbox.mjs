import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, t } from "tenon";

/**
 * @import { Host } from "tenon"
 * @import { Row } from "./types.js"
 */

const greeter = contract("bench:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });

/**
 * What a sandbox costs: a plugin opened and called once in a process, with and without, in turn; and calls of one that is open. The
 * medians.
 *
 * @param {Host} host
 * @param {number} scale
 * @returns {Promise<Row[]>}
 */
export async function sandbox(host, scale) {
  const answer = await host.places.get("process")?.sandboxes?.();
  if (answer !== true) {
    console.log(`| sandbox: not measured: ${answer?.reason ?? "the place has none"} | | | | | | |`);
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), "tenon-bench-"));
  const plugin = join(folder, "greeter.js");
  writeFileSync(plugin, "export const greet = (name) => `Hello, ${name}!`;");
  const levels = /** @type {const} */ (["sandboxed", "contained"]);
  try {
    const open = (/** @type {typeof levels[number]} */ isolation) =>
      host.open(plugin, greeter, { place: "process", isolation, fresh: true });
    /** @type {Record<typeof levels[number], number[]>} */
    const starts = { sandboxed: [], contained: [] };
    // The first ones load Tenon's own code.
    for (const level of levels) await (await open(level)).close();
    for (let run = 0; run < Math.max(3, Math.round(40 * scale)); run++)
      for (const level of run % 2 === 0 ? levels : [...levels].reverse()) {
        const began = performance.now();
        const opened = await open(level);
        await opened.exports.greet("Ada");
        starts[level].push(performance.now() - began);
        await opened.close();
      }
    const [inside, outside] = await Promise.all(levels.map(open));
    /** @type {Record<typeof levels[number], number[]>} */
    const calls = { sandboxed: [], contained: [] };
    for (let round = 0; round < Math.max(3, Math.round(40 * scale)); round++)
      for (const level of round % 2 === 0 ? levels : [...levels].reverse()) {
        const opened = level === "sandboxed" ? inside : outside;
        const began = performance.now();
        for (let call = 0; call < 500; call++) await opened?.exports.greet("Ada");
        calls[level].push((performance.now() - began) / 500);
      }
    return [
      row("start in a sandbox: open and one call, process", starts, undefined),
      row("one call after the other in a sandbox, process", calls, 1.2),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {string} title
 * @param {Record<"sandboxed" | "contained", number[]>} milliseconds
 * @param {number | undefined} limit
 * @returns {Row}
 */
function row(title, { sandboxed, contained }, limit) {
  const [ours, theirs] = [median(sandboxed) * 1e6, median(contained) * 1e6];
  const ratio = ours / theirs;
  const met = limit === undefined ? undefined : ratio <= limit;
  return { title, ours, theirs, peer: "the same without", ratio, limit, atLeast: false, met };
}

/** @param {number[]} values */
function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
