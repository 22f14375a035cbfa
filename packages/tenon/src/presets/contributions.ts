import { cSourceContribution } from "../builders/c/contribution.js";
import { goSourceContribution } from "../builders/go/module/contribution.js";
import { rustSourceContribution } from "../builders/rust/contribution.js";
import { componentContribution } from "../builders/typescript/component/contribution.js";
import type { Contribution } from "../contributions/index.js";
import { goContribution } from "../go/commands/contribution.js";
import { httpContribution } from "../http/contribution.js";
import { programContribution } from "../program/contribution.js";
import { jsContribution } from "../runtimes/js/contribution.js";
import { wasmContribution } from "../runtimes/wasm/contribution.js";
import { typeScriptBuilder } from "./typescript-builder.js";

/** What Tenon's own kinds of plugins tell the command line about themselves. */
export const contributions: readonly Contribution[] = [
  jsContribution(typeScriptBuilder(undefined)),
  wasmContribution,
  goSourceContribution,
  cSourceContribution,
  rustSourceContribution,
  componentContribution,
  programContribution,
  httpContribution,
  goContribution,
];
