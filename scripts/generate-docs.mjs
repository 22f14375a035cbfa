#!/usr/bin/env node
/** Writes docs/errors.md from the registry of codes. With --check, it only compares the two, and fails if the page is out of date. */
import { readFileSync, writeFileSync } from "node:fs";
import { registry } from "tenon/errors";

const target = new URL("../docs/errors.md", import.meta.url);
const rows = Object.entries(registry).map(
  ([code, { title, cause, fix }]) => `## ${code}\n\n${title}.\n\n- **Usual cause:** ${cause}\n- **Fix:** ${fix}\n`,
);
const text = `# Errors

Every error that Tenon throws is a \`TenonError\`. It has a stable \`code\`, a message that says what is wrong and where, and a
\`fix\`. Match on \`error.code\` or use \`isTenonError(error, "TENON_…")\`, but never match on the message. \`pluginStack\` is the
stack inside the plugin, in the plugin's own files and lines; \`stack\` is the host's. The findings of a check use the same codes.

This page lists all ${rows.length} codes. It is generated from the registry with \`npm run docs\`.

${rows.join("\n")}`;

if (process.argv.includes("--check")) {
  let current = "";
  try {
    current = readFileSync(target, "utf8");
  } catch {}
  if (current !== text) {
    console.error("docs/errors.md is out of date: run npm run docs");
    process.exit(1);
  }
  console.log("docs/errors.md is up to date");
} else {
  writeFileSync(target, text);
  console.log(`docs/errors.md: ${rows.length} codes`);
}
