import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { once } from "@tenon/fixtures";
import { contentKey } from "../content-key.js";
import { cacheFolder } from "../folders.js";
import { versionsOf } from "../packages.js";
import { parseText } from "../text-format.js";
import { callingOut } from "./calling-out.js";
import type { HostileCase } from "./case.js";
import { endless } from "./endless.js";
import { guest } from "./guest.js";
import { handles } from "./handles.js";
import { structure } from "./structure.js";
import { values } from "./values.js";

export type { HostileCase } from "./case.js";

/** Every hostile plugin, and the error that it must fail with. */
export const hostileCases: readonly HostileCase[] = [...endless, ...values, ...handles, ...callingOut, ...structure];

/** A plugin next to the hostile ones, which must keep working: `run` returns 1. */
const wellBehaved = guest({ type: "(result u32)", results: "i32", body: "(i32.const 1)" });

/** Builds all of them. @returns the folder with `NAME.wasm` for each, and `well-behaved.wasm`. */
export function hostileFolder(): Promise<string> {
  const key = contentKey(["src/hostile"], [versionsOf("jco-transpile")]);
  return once(join(cacheFolder, `hostile-${key}`), async (unfinished) => {
    for (const { name, make } of [...hostileCases, { name: "well-behaved", make: () => wellBehaved }]) {
      const made = make();
      const bytes = typeof made === "string" ? await parseText(made, name) : made;
      await writeFile(join(unfinished, `${name}.wasm`), bytes);
    }
  });
}
