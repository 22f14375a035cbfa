import type { Builder } from "../../build/builder.js";
import type { Contribution } from "../../contributions/index.js";
import { scriptExtensions } from "../../runtime/package-entry.js";

/** JavaScript and TypeScript. @param builder finds out what a script exports, without running it */
export function jsContribution(builder: Builder<"script">): Contribution {
  return {
    name: "js",
    files: {
      extensions: scriptExtensions.map((extension) => `.${extension}`),
      except: /\.d\.[cm]?ts$|\.(?:test|spec|config)\.[^.]+$/,
      sources: [/^index\.[cm]?[jt]sx?$/, /^package\.json$/],
    },
    async exports(artifact) {
      if (artifact.manifest.entry === undefined) return undefined;
      return (await builder.build(artifact).catch(() => undefined))?.exports;
    },
    templates: [
      { language: "typescript", load: async () => (await import("./templates/index.js")).typescript },
      { language: "javascript", load: async () => (await import("./templates/index.js")).javascript },
    ],
  };
}
