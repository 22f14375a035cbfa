#!/usr/bin/env node
// In the repository before any build, so that npm links the command when it installs the workspace.
import "../bundle/cli/main.js";
