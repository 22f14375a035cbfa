import type { Template } from "../../../contributions/index.js";
import { contractWit, pluginContractModule, tsconfig } from "./contract.js";
import { jsonText } from "./json-text.js";
import { pluginManifest, pluginPackage } from "./plugin-manifest.js";
import { pluginReadme } from "./plugin-readme.js";

const entry = `import { type Context, plugin } from "tenon/guest";
import { greeter } from "./contract.ts";

/** Settings are checked against the schema in tenon.json. */
interface Settings {
  readonly greeting: string;
}

/** The contract types the functions. */
export default plugin(greeter, ({ imports, settings }: Context<typeof greeter, Settings>) => ({
  async greet(name) {
    await imports.log(\`greeting \${name}\`);
    return \`\${settings.greeting}, \${name}!\`;
  },
}));
`;

const after = `The contract is in \`contract.ts\`, which types the plugin, and in \`contract.wit\`, which hosts read. After changing \`contract.ts\`, run:

\`\`\`sh
npx tenon contract convert contract.ts --out contract.wit
\`\`\`
`;

/** A plugin in TypeScript. */
export const typescriptPlugin: Template = (values) => ({
  "contract.wit": contractWit,
  "contract.ts": pluginContractModule,
  "plugin.ts": entry,
  "tenon.json": pluginManifest(values.name, "plugin.ts"),
  "package.json": pluginPackage(values, { typescript: "^5.9.0" }),
  "tsconfig.json": jsonText(tsconfig([])),
  "README.md": pluginReadme(values.name, after),
});
