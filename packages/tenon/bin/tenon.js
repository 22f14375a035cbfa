#!/usr/bin/env node
// In the repository before any build, so that npm links the command when it installs the workspace.
import { readFileSync } from "node:fs";

// Scripts ask for the version often. It needs none of the command line's modules.
if (process.argv.length === 3 && process.argv[2] === "--version") {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  process.stdout.write(`${version}\n`);
} else await import("../bundle/cli/main.js");
