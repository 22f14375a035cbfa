import type { Template } from "../../../contributions/index.js";
import { contractWit } from "./contract.js";
import { pluginManifest, pluginPackage } from "./plugin-manifest.js";
import { pluginReadme } from "./plugin-readme.js";

const entry = `// Exports the contract's functions. Their types are in contract.wit.
let host;

/** Called once, before any function, with the host's functions and the settings (checked against tenon.json). */
export function activate(context) {
  host = context;
}

export async function greet(name) {
  await host.imports.log(\`greeting \${name}\`);
  return \`\${host.settings.greeting}, \${name}!\`;
}
`;

/** A plugin in JavaScript: a plain module without imports. */
export const javascriptPlugin: Template = (values) => ({
  "contract.wit": contractWit,
  "plugin.js": entry,
  "tenon.json": pluginManifest(values.name, "plugin.js"),
  "package.json": pluginPackage(values),
  "README.md": pluginReadme(values.name, "The contract is in `contract.wit`.\n"),
});
