import { join } from "node:path";
import type { BuildOptions } from "esbuild";
import { scriptClosing, scriptOpening } from "../../runtime/script.js";
import { metaName } from "./module-files.js";

/** The bundler's options for a script. @param folder of the entry file. */
export function scriptOptions(folder: string) {
  return {
    absWorkingDir: folder,
    bundle: true,
    write: false,
    metafile: true,
    format: "cjs",
    platform: "node",
    conditions: ["module"],
    target: `node${process.versions.node}`,
    outfile: join(folder, "plugin.tenon.cjs"),
    sourcemap: "external",
    sourcesContent: false,
    charset: "ascii",
    legalComments: "none",
    logLevel: "silent",
    // A script with an importModuleDynamically callback is never garbage-collected, so import() becomes require().
    supported: { "dynamic-import": false },
    define: {
      "import.meta": metaName,
      __dirname: `${metaName}.dirname`,
      __filename: `${metaName}.filename`,
    },
    banner: { js: scriptOpening },
    footer: { js: scriptClosing },
  } as const satisfies BuildOptions;
}
