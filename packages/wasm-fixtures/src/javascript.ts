import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contentKey } from "./content-key.js";
import { cacheFolder, sources } from "./folders.js";
import { once } from "./once.js";
import { importFrom, versionsOf } from "./packages.js";

/** Builds the greeter of JavaScript by componentize-js. @returns the folder that holds `greeter.wasm`. */
export function javascriptFolder(): Promise<string> {
  const key = contentKey(["javascript", "wit/greeter.wit"], [versionsOf("componentize-js")]);
  return once(join(cacheFolder, `javascript-${key}`), async (unfinished) => {
    const { componentize } = await importFrom(
      "componentize-js",
      "@bytecodealliance/componentize-js/src/componentize.js",
    );
    const { component } = await componentize({
      sourcePath: join(sources, "javascript", "greeter.js"),
      witPath: join(sources, "wit", "greeter.wit"),
      worldName: "greeter",
      disableFeatures: ["random", "stdio", "clocks", "http", "fetch-event"],
    });
    await writeFile(join(unfinished, "greeter.wasm"), component);
  });
}
