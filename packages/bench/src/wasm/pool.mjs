import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, t } from "tenon";
import { compare } from "../measure.mjs";

/** @import { Row } from "../types.js" */

/** A core module whose export `spin` counts to its parameter. */
const bytes = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f, 3, 2, 1, 0, 7, 8, 1, 4],
  ...[...new TextEncoder().encode("spin"), 0, 0, 10, 30, 1, 28, 1, 1, 0x7f],
  ...[0x03, 0x40, 0x20, 1, 0x41, 3, 0x6c, 0x41, 1, 0x6a, 0x21, 1],
  ...[0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x20, 1, 0x0b],
]);
const spinning = contract("bench:spinning@1.0.0", { exports: { spin: t.func([["times", t.u32]], t.u32) } });
const calls = 4;

/**
 * Computing calls at the same time: with a pool of two plugins, each in a thread, compared with one plugin.
 *
 * @param {boolean} quick
 * @returns {Promise<Row[]>}
 */
export async function pool(quick) {
  const folder = await mkdtemp(join(tmpdir(), "tenon-bench-pool-"));
  const file = join(folder, "spin.wasm");
  await writeFile(file, bytes);
  await writeFile(
    join(folder, "spin.wit"),
    "package bench:spinning@1.0.0;\nworld spinning { export spin: func(times: u32) -> u32; }\n",
  );
  const host = createHost();
  try {
    const one = await host.open(file, spinning, { place: "worker" });
    const two = await host.pool(file, spinning, { place: "worker", instances: 2 });
    const times = quick ? 5_000_000 : 50_000_000;
    /** @param {{ exports: { spin(times: number): Promise<number> } }} plugin */
    const all = async ({ exports }) => {
      const answers = await Promise.all(Array.from({ length: calls }, () => exports.spin(times)));
      return answers[0];
    };
    return await compare(`${calls} concurrent computing calls, pool of 2 threads`, {
      ours: () => all(two),
      theirs: { "one plugin": () => all(one) },
      count: 1,
      rounds: quick ? 3 : 9,
      atLeast: true,
      limit: 1.6,
    });
  } finally {
    await host.close();
    await rm(folder, { recursive: true });
  }
}
