#!/usr/bin/env node
/**
 * Writes docs/errors.md from the registry of codes, and the published schema of config files. With --check, it only compares, and
 * fails if one of them is out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { registry } from "tenon/errors";
import { configSchema } from "../packages/tenon/dist/config/schema.js";

const rows = Object.entries(registry).map(
  ([code, { title, cause, fix }]) => `## ${code}\n\n${title}.\n\n- **Usual cause:** ${cause}\n- **Fix:** ${fix}\n`,
);
const text = `# Errors

Every error that Tenon throws is a \`TenonError\`. It has a stable \`code\`, a message that says what is wrong and where, and a
\`fix\`. Match on \`error.code\` or use \`isTenonError(error, "TENON_…")\`, but never match on the message. \`pluginStack\` is the
stack inside the plugin, in the plugin's own files and lines; \`stack\` is the host's. The findings of a check use the same codes.

This page lists all ${rows.length} codes. It is generated from the registry with \`npm run docs\`.

${rows.join("\n")}`;

const pages = [
  { name: "docs/errors.md", text, what: `${rows.length} codes` },
  {
    name: "packages/tenon/config.schema.json",
    text: `${JSON.stringify(configSchema, undefined, "\t")}\n`,
    what: "the schema of config files",
  },
];
for (const { name, text, what } of pages) {
  const target = new URL(`../${name}`, import.meta.url);
  if (!process.argv.includes("--check")) {
    writeFileSync(target, text);
    console.log(`${name}: ${what}`);
    continue;
  }
  let current = "";
  try {
    current = readFileSync(target, "utf8");
  } catch {}
  if (current !== text) {
    console.error(`${name} is out of date: run npm run docs`);
    process.exit(1);
  }
  console.log(`${name} is up to date`);
}
