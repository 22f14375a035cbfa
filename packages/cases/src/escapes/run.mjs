import { contract, createHost, isTenonError, t } from "tenon";
import { attempts } from "./plugin/attempts.mjs";
import { setUp } from "./victims.mjs";

const escapes = contract("tenon:escapes@1.0.0", {
  exports: {
    attempt: t.func(
      [
        ["name", t.string],
        ["on", t.string],
      ],
      t.string,
    ),
  },
});

/**
 * What became of an attempt: why it failed, or an empty text if it succeeded.
 *
 * @typedef {object} Escape
 * @property {string} name
 * @property {string} outside without a sandbox. @property {string} inside with one.
 */

/**
 * Runs every attempt once in the process place without a sandbox, and once with one.
 *
 * @param {(escape: Escape) => void} [seen]
 */
export async function runEscapes(seen = () => {}) {
  const { targets, end } = await setUp();
  const host = createHost({ limits: { deadline: 10_000, grace: 100 } });
  const open = (/** @type {"contained" | "sandboxed"} */ isolation) =>
    host.open(targets.own, escapes, {
      place: "process",
      isolation,
      grants: {
        folders: { [targets.granted]: targets.granted, [targets.shared]: { path: targets.shared, write: true } },
        unenforced: isolation === "sandboxed" ? "refuse" : "allow",
      },
      // Only the sandbox is held to a number of processes, so that reaching it shows as well that it is needed.
      limits: isolation === "sandboxed" ? { processes: targets.processes } : {},
      supervision: { backoff: { first: 1, factor: 1 }, crashes: 1000 },
    });
  try {
    const outside = await open("contained");
    const inside = await open("sandboxed");
    const result = async (/** @type {typeof outside} */ plugin, /** @type {string} */ name) => {
      try {
        return await plugin.exports.attempt(name, JSON.stringify(targets));
      } catch (error) {
        if (!isTenonError(error)) throw error;
        return `${error.code}`;
      }
    };
    /** @type {Escape[]} */
    const found = [];
    for (const name of Object.keys(attempts)) {
      const tried = { name, outside: await result(outside, name), inside: await result(inside, name) };
      found.push(tried);
      seen(tried);
    }
    return found;
  } finally {
    await host.close();
    end();
  }
}
