import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost } from "tenon";
import { fixture } from "../../../wasm-fixtures/src/index.ts";
import { compare } from "../measure.mjs";
import { printed } from "./child.mjs";
import { transpiled, transpilerOf } from "./peers.mjs";

/**
 * @import { FixtureName } from "../../../wasm-fixtures/src/index.ts"
 * @import { AnyFunction, Call, Row } from "../types.js"
 */

/**
 * The components to open, each with a call that proves that it is open.
 *
 * @type {{ name: FixtureName; title: string; call: Call; rounds: number }[]}
 */
const opened = [
  { name: "calls", title: "a small one", call: ["add", 1, 2], rounds: 5 },
  { name: "documents", title: "regular expressions, JSON, Unicode", call: ["words", "Ad Astra"], rounds: 5 },
  { name: "greeter-javascript", title: "componentize-js", call: ["greet", "Ada"], rounds: 2 },
];

const peer = "jco 1.35";
const label = `${peer}: transpile, import`;
const once = fileURLToPath(new URL("./children/open-once.mjs", import.meta.url));

/**
 * `open` and a first call, compared with `jco transpile`, import and the same call: in processes that do nothing else, and in a
 * process that has opened others before. There, every file is different, so that nothing is cached.
 *
 * @param {boolean} quick
 */
export async function opening(quick) {
  const folder = mkdtempSync(join(tmpdir(), "tenon-bench-"));
  const transpiler = await transpilerOf(peer);
  /** @type {Row[]} */
  const rows = [];
  let made = 0;
  const next = () => join(folder, `transpiled-${++made}`);
  try {
    for (const { name, title, call, rounds: most } of opened) {
      const component = await fixture(name);
      const size = `${title} (${(statSync(component).size / 2 ** 20).toFixed(name === "calls" ? 2 : 1)} MiB)`;
      const rounds = quick ? 1 : most;
      const task = JSON.stringify({ component, call });
      rows.push(
        ...(await compare(`${size}, a process that opens it and calls it once`, {
          ours: () => printed([once, task]),
          theirs: { [label]: () => printed([once, task, transpiler, next()]) },
          atLeast: true,
          count: 1,
          rounds: Math.ceil(rounds / 2),
        })),
      );
      const bytes = readFileSync(component);
      const files = Array.from({ length: rounds * 4 }, (_, index) => {
        const file = join(folder, `${name}-${index}.wasm`);
        writeFileSync(file, Buffer.concat([bytes, customSection(index)]));
        return file;
      });
      const [method, ...parameters] = call;
      rows.push(
        ...(await compare(`${size}, in a running process`, {
          ours: async () => {
            const host = createHost();
            const plugin = await host.open(
              /** @type {string} */ (files.pop()),
              undefined,
              name.startsWith("greeter") ? { imports } : {},
            );
            const answer = await plugin.exports[method](...parameters);
            await host.close();
            return answer;
          },
          theirs: {
            [label]: async () => {
              const module = await transpiled(peer, /** @type {string} */ (files.pop()), next());
              return /** @type {AnyFunction} */ (module[method])(...parameters);
            },
          },
          atLeast: true,
          count: 1,
          rounds,
        })),
      );
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const imports = { log() {} };

/**
 * A custom section that no other file has.
 *
 * @param {number} mark
 */
function customSection(mark) {
  return Buffer.from([0, 6, 4, ...Buffer.from("mark"), mark]);
}
