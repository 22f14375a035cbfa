import type { Template, TemplateValues } from "../../../contributions/index.js";
import { contractModule, contractWit, tsconfig } from "./contract.js";
import { jsonText } from "./json-text.js";

const opening = `import { createHost } from "tenon";`;

const body = `
const [path, name = "Ada"] = process.argv.slice(2);
if (path === undefined) {
  console.error("usage: npm start PLUGIN [NAME]");
  process.exit(2);
}

const host = createHost();
try {
  // check() runs none of the plugin's code. Its findings say what is wrong and how to fix it.
  const report = await host.check(path, greeter);
  for (const { severity, message, fix } of report.findings) {
    if (severity !== "info") console.error(\`\${message}\\n  To fix this: \${fix.text}\`);
  }
  if (report.verdict === "breaks") process.exitCode = 1;
  else {
    const plugin = await host.open(path, greeter, {
      place: "worker",
      imports: { log: (message) => console.error(\`log: \${message}\`) },
    });
    console.log(await plugin.exports.greet(name));
  }
} finally {
  // Closes all plugins.
  await host.close();
}
`;

const readme = (name: string, file: string) => `# ${name}

A program that opens plugins with [Tenon](https://www.npmjs.com/package/tenon).

\`\`\`sh
npm install
npx tenon new plugin hello   # create a plugin
npm start hello Ada
\`\`\`

\`contract.${file}\` is the interface that plugins must implement. \`contract.wit\` is the same contract for authors in other
languages. To check whether a plugin fits:

\`\`\`sh
npx tenon check hello --contract contract.wit
\`\`\`
`;

function packageJson(
  { name, tenon }: TemplateValues,
  start: string,
  development: Readonly<Record<string, string>>,
): string {
  return jsonText({
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    scripts: { start },
    dependencies: { tenon: `^${tenon}` },
    ...(Object.keys(development).length === 0 ? {} : { devDependencies: development }),
  });
}

/** A host in TypeScript. */
export const typescriptHost: Template = (values) => ({
  "contract.wit": contractWit,
  "contract.ts": contractModule,
  "main.ts": `${opening}\nimport { greeter } from "./contract.ts";\n${body}`,
  "package.json": packageJson(values, "tsx main.ts", {
    "@types/node": "^20.19.0",
    tsx: "^4.20.0",
    typescript: "^5.9.0",
  }),
  "tsconfig.json": jsonText(tsconfig(["node"])),
  "README.md": readme(values.name, "ts"),
});

/** A host in JavaScript. */
export const javascriptHost: Template = (values) => ({
  "contract.wit": contractWit,
  "contract.js": contractModule,
  "main.js": `${opening}\nimport { greeter } from "./contract.js";\n${body}`,
  "package.json": packageJson(values, "node main.js", {}),
  "README.md": readme(values.name, "js"),
});
