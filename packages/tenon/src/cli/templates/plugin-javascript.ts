import { contractWit } from "./contract.js";
import { pluginManifest, pluginPackage } from "./plugin-manifest.js";
import { pluginReadme } from "./plugin-readme.js";
import type { Template } from "./template.js";

const entry = `// The exports are the contract's functions. See contract.wit for their types.
let host;

/** Called once, before any function: the host's functions, and settings checked against the schema in tenon.json. */
export function activate(context) {
  host = context;
}

export async function greet(name) {
  await host.imports.log(\`greeting \${name}\`);
  return \`\${host.settings.greeting}, \${name}!\`;
}
`;

/** A plugin in JavaScript: a plain module, which imports nothing. */
export const javascriptPlugin: Template = (values) => ({
  "contract.wit": contractWit,
  "plugin.js": entry,
  "tenon.json": pluginManifest(values.name, "plugin.js"),
  "package.json": pluginPackage(values),
  "README.md": pluginReadme(values.name, "The contract stands in `contract.wit`.\n"),
});
