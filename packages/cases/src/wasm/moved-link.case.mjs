// node: --import tsx
// A program cannot move a link to where it leads out of its folder: not alone, and not in a directory.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "tenon";
import { done, expect } from "../case.mjs";
import { fromText } from "./from-text.mjs";

const host = createHost();
const folder = mkdtempSync(join(tmpdir(), "tenon-case-"));
const plugin = /** @type {any} */ (
  await host.open(await fromText("moved-link"), undefined, {
    grants: { folders: { "/": { path: folder, write: true } } },
  })
);
const { stdout, stderr, exitCode } = await plugin.exports.program.start([], (async function* () {})());
await Promise.all([stdout.return(), stderr.return()]);
// 1: the link could not be made where it leads inside. 2: it was moved to where it leads out. 3: it was moved in its directory.
expect("the exit code of the program", await exitCode, 0);
expect("links at the top", [existsSync(join(folder, "link")), existsSync(join(folder, "b"))], [false, false]);
await host.close();
rmSync(folder, { recursive: true, force: true });
done();
