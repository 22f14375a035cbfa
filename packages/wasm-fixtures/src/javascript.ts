import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { once } from "@tenon/fixtures";
import { contentKey } from "./content-key.js";
import { cacheFolder, sources } from "./folders.js";
import { importFrom, packageFolder, versionsOf } from "./packages.js";

const wasi = { folder: "@bytecodealliance/jco/lib/wit/builtin/0.2.12", version: "0.2.12", engine: "0.2.10" };

/** Builds the components in JavaScript with componentize-js. @returns the folder with `greeter.wasm` and `server.wasm`. */
export function javascriptFolder(): Promise<string> {
  const key = contentKey(["javascript", "wit/greeter.wit", "wit/server.wit"], [versionsOf("componentize-js")]);
  return once(join(cacheFolder, `javascript-${key}`), async (unfinished) => {
    await build("greeter", join(sources, "wit", "greeter.wit"), unfinished, {
      disableFeatures: ["random", "stdio", "clocks", "http", "fetch-event"],
    });
    await build("server", await serverWorld(unfinished), unfinished);
  });
}

async function build(name: string, witPath: string, folder: string, options: object = {}): Promise<void> {
  const { componentize } = await importFrom("componentize-js", "@bytecodealliance/componentize-js/src/componentize.js");
  const sourcePath = join(sources, "javascript", `${name}.js`);
  const { component } = await componentize({ sourcePath, witPath, worldName: name, ...options });
  await writeFile(join(folder, `${name}.wasm`), component);
}

/** The world `server` together with WASI's definitions. The toolchain comes with a version that differs from its engine's. */
async function serverWorld(folder: string): Promise<string> {
  const world = join(folder, "wit");
  const packages = join(await packageFolder("componentize-js"), "node_modules", wasi.folder);
  await mkdir(join(world, "deps"), { recursive: true });
  await cp(join(sources, "wit", "server.wit"), join(world, "server.wit"));
  for (const name of await readdir(packages)) {
    const text = await readFile(join(packages, name, "package.wit"), "utf8");
    await writeFile(join(world, "deps", `${name}.wit`), text.replaceAll(wasi.version, wasi.engine));
  }
  return world;
}
