import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "tenon";
import { compare } from "../measure.mjs";
import { transpiled } from "./peers.mjs";

/** A component of a mebibyte, most of it a custom section and little of it code: `open` beside `jco transpile` and import. Each round opens other bytes. */
export async function opening(component, quick) {
  const folder = mkdtempSync(join(tmpdir(), "tenon-bench-"));
  let made = 0;
  const next = () => {
    const file = join(folder, `component-${++made}.wasm`);
    writeFileSync(file, padded(readFileSync(component), made));
    return file;
  };
  try {
    return await compare("open of a small component padded to 1 MiB", {
      ours: async (count) => {
        for (let index = 0; index < count; index++) {
          const host = createHost();
          const plugin = await host.open(next());
          await plugin.exports.add(1, 2);
          await host.close();
        }
      },
      theirs: {
        "jco 1.35: transpile, import": async (count) => {
          for (let index = 0; index < count; index++) {
            const { add } = await transpiled("jco 1.35", next(), join(folder, `transpiled-${made}`));
            add(1, 2);
          }
        },
      },
      atLeast: true,
      count: 1,
      rounds: quick ? 1 : 9,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The component with a custom section that fills it up to a mebibyte, and that no other has. */
function padded(bytes, mark) {
  const size = Math.max(2 ** 20 - bytes.length, 1024);
  const content = Buffer.alloc(size, mark);
  content[0] = 3;
  content.write("pad", 1);
  const length = [];
  for (let left = size; length.length === 0 || left > 0; left = Math.floor(left / 128))
    length.push((left % 128) | (left >= 128 ? 128 : 0));
  return Buffer.concat([bytes, Buffer.from([0, ...length]), content]);
}

/** What one more instance of the same component costs in memory. */
export async function crowd(component, count) {
  const host = createHost();
  try {
    const open = () => host.open(component, undefined, { fresh: true });
    for (let index = 0; index < 20; index++) await (await open()).exports.add(1, 2);
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    for (let index = 0; index < count; index++) await (await open()).exports.add(1, 2);
    globalThis.gc?.();
    return { count, each: (process.memoryUsage().rss - before) / count };
  } finally {
    await host.close();
  }
}
