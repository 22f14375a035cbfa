import type { Contribution } from "../../contributions/index.js";
import { scriptExtensions } from "../../runtime/package-entry.js";
import type { ScriptBuilder } from "../../runtime/script.js";

/** JavaScript and TypeScript. @param build finds out what a script exports, without running it */
export function jsContribution(build: ScriptBuilder): Contribution {
  return {
    name: "js",
    files: {
      extensions: scriptExtensions.map((extension) => `.${extension}`),
      except: /\.d\.[cm]?ts$|\.(?:test|spec|config)\.[^.]+$/,
      sources: [/^index\.[cm]?[jt]sx?$/, /^package\.json$/],
    },
    async exports({ manifest: { entry, packages } }) {
      if (entry === undefined) return undefined;
      return (await build(entry, undefined, packages).catch(() => undefined))?.exports;
    },
    templates: [
      { language: "typescript", load: async () => (await import("./templates/index.js")).typescript },
      { language: "javascript", load: async () => (await import("./templates/index.js")).javascript },
    ],
  };
}
