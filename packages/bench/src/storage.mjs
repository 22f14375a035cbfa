import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, t } from "tenon";
import { compare } from "./measure.mjs";

/**
 * @import { Host } from "tenon"
 * @import { Row } from "./types.js"
 */

const keeper = contract("bench:keeper@1.0.0", {
  exports: {
    set: t.func(
      [
        ["count", t.u32],
        ["together", t.u32],
      ],
      undefined,
      { async: true },
    ),
    get: t.func([["count", t.u32]], t.u32, { async: true }),
  },
});

/**
 * What plugins store and read, compared with the library called directly: values of 100 bytes under 1,000 keys.
 *
 * @param {Host} _
 * @param {number} scale
 * @returns {Promise<Row[]>}
 */
export async function storage(_, scale) {
  const folder = mkdtempSync(join(tmpdir(), "tenon-bench-"));
  const { ClassicLevel } = await import("classic-level");
  /** @type {import("classic-level").ClassicLevel<string, Uint8Array>} */
  const level = new ClassicLevel(join(folder, "direct"), { valueEncoding: "view" });
  await level.open();
  const host = createHost({ storage: join(folder, "plugins") });
  const value = new TextEncoder().encode("x".repeat(100));
  /** @type {(together: number) => (count: number) => Promise<void>} */
  const put = (together) => async (count) => {
    for (let index = 0; index < count; index += together)
      await Promise.all(Array.from({ length: together }, (_, at) => level.put(`key-${(index + at) % 1000}`, value)));
  };
  /** @param {number} count */
  const read = async (count) => {
    let bytes = 0;
    for (let index = 0; index < count; index++) bytes += (await level.get(`key-${index % 1000}`))?.byteLength ?? 0;
    return bytes;
  };
  const rows = [];
  try {
    for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
      const { exports } = await host.open(new URL("plugins/keeper.mjs", import.meta.url), keeper, {
        place,
        name: `keeper-${place}`,
        grants: { storage: true },
      });
      await exports.set(1000, 1);
      await put(1)(1000);
      const peer = "classic-level directly";
      const count = Math.max(64, 2000 * scale);
      const run = { count, rounds: Math.max(2, Math.round(7 * scale)) };
      rows.push(
        ...(await compare(`set, one after the other, ${place}`, {
          ours: (times) => exports.set(times, 1),
          theirs: { [peer]: put(1) },
          ...run,
        })),
        ...(await compare(`set, 64 at a time, ${place}`, {
          ours: (times) => exports.set(times, 64),
          theirs: { [peer]: put(64) },
          ...run,
        })),
        ...(await compare(`get, ${place}`, { ours: (times) => exports.get(times), theirs: { [peer]: read }, ...run })),
      );
    }
    return rows;
  } finally {
    await host.close();
    await level.close();
    rmSync(folder, { recursive: true });
  }
}
