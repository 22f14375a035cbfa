// Node's permission model: what it refuses ends in an error whose fix names the option, and with the options all works.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";
import { folderOf } from "./folder.mjs";

const [plugin] = process.argv.slice(2);
if (plugin !== undefined) {
  const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });
  const host = createHost();
  const lines = [];
  for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
    try {
      lines.push(await (await host.open(plugin, one, { place })).exports.run("opened"));
    } catch (error) {
      const { findings, fix } = /** @type {any} */ (error);
      const fixes = `${findings[0]?.fix?.text} ${fix?.text} ${error}`;
      lines.push(/Start the host with (--allow-[\w-]+)/.exec(fixes)?.[1] ?? String(error));
    }
  }
  console.log(lines.join(", "));
  process.exit(0);
}
const major = Number(process.versions.node.split(".")[0]);
const model = major < 24 ? "--experimental-permission" : "--permission";
const { file, remove } = folderOf({ "plugin.ts": "export function run(x: string) { return x }" });
const outcome = (/** @type {string[]} */ ...allowed) =>
  spawnSync(
    process.execPath,
    [model, "--allow-fs-read=*", ...allowed, fileURLToPath(import.meta.url), file("plugin.ts")],
    { encoding: "utf8" },
  ).stdout.trim();
const programs = "--allow-child-process";
expect("no option", outcome(), [programs, programs, programs].join(", "));
// Since Node 25, processes inherit the permissions, and sockets need one.
const inherits = major >= 25;
expect("with programs", outcome(programs), `opened, --allow-worker, ${inherits ? "--allow-net" : "opened"}`);
const all = [programs, "--allow-worker", ...(inherits ? ["--allow-net"] : [])];
expect("with threads as well", outcome(...all), "opened, opened, opened");
remove();
done();
