// A cache that other users may write to would let them run their code: it is refused, and what Tenon makes is private.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";

const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });
const folder = mkdtempSync(join(tmpdir(), "tenon-case-"));
writeFileSync(join(folder, "plugin.mjs"), "export const run = (x) => x;");
const mode = (/** @type {string} */ path) => (statSync(path).mode & 0o777).toString(8);

/** @param {string} cacheFolder */
async function open(cacheFolder) {
  const host = createHost({ cacheFolder });
  try {
    const plugin = await host.open(join(folder, "plugin.mjs"), one);
    return await plugin.exports.run("opened");
  } catch (error) {
    return /** @type {{ code: string }} */ (error).code;
  } finally {
    await host.close();
  }
}

const shared = join(folder, "shared");
mkdirSync(shared);
chmodSync(shared, 0o777);
expect("a folder that all users may write to", await open(shared), "TENON_CACHE_UNSAFE");
expect("a new folder inside it", await open(join(shared, "cache")), "TENON_CACHE_UNSAFE");
chmodSync(shared, 0o700);
const own = join(folder, "own");
expect("a folder that does not exist yet", await open(own), "opened");
const [file = ""] = readdirSync(own);
expect("its mode, and that of its file", [mode(own), mode(join(own, file))], ["700", "600"]);
rmSync(folder, { recursive: true, force: true });
done();
