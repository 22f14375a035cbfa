import type { TemplateValues } from "../../../contributions/index.js";
import { jsonText } from "./json-text.js";

/** The tenon.json of a new plugin: what hosts know about it before they run it. */
export function pluginManifest(name: string, entry: string): string {
  return jsonText({
    name,
    version: "0.1.0",
    entry,
    contract: "contract.wit",
    settings: {
      type: "object",
      properties: { greeting: { type: "string", default: "Hello", description: "The word before the name." } },
      additionalProperties: false,
    },
  });
}

export function pluginPackage({ name, tenon }: TemplateValues, others: Readonly<Record<string, string>> = {}): string {
  return jsonText({
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    scripts: { check: "tenon check .", start: "tenon run . greet Ada", watch: "tenon run . greet Ada --watch" },
    devDependencies: { tenon: `^${tenon}`, ...others },
  });
}
