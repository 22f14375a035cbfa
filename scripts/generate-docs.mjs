#!/usr/bin/env node
/** Writes docs/errors.md from the registry of codes. With --check it only compares, and fails when the page is stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { registry } from "tenon/errors";

const target = new URL("../docs/errors.md", import.meta.url);
const rows = Object.entries(registry).map(
  ([code, { title, cause, fix }]) => `## ${code}\n\n${title}.\n\n- **Usual cause:** ${cause}\n- **Fix:** ${fix}\n`,
);
const text = `# Errors

Every failure of Tenon is a \`TenonError\` with a stable \`code\`, a message that says what is wrong and where, and a \`fix\`. Match on
\`error.code\`, or with \`isTenonError(error, "TENON_…")\`; never on the message. \`pluginStack\` is the stack inside the plugin,
in its own files and lines; \`stack\` is the host's. A check reports the same codes as findings.

This page is generated from the registry (\`npm run docs\`): ${rows.length} codes.

${rows.join("\n")}`;

if (process.argv.includes("--check")) {
  let current = "";
  try {
    current = readFileSync(target, "utf8");
  } catch {}
  if (current !== text) {
    console.error("docs/errors.md is not what the registry says: run npm run docs");
    process.exit(1);
  }
  console.log("docs/errors.md is current");
} else {
  writeFileSync(target, text);
  console.log(`docs/errors.md: ${rows.length} codes`);
}
