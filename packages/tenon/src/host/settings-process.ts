import { fileURLToPath } from "node:url";
import type { ErrorObject } from "ajv/dist/2020.js";
import { builtinModule } from "../runtime/builtin-module.js";
import { ownExtension, ownFile } from "../runtime/own-package.js";
import { type EngineResult, TooSlow } from "./settings-engine.js";

export interface SettingsQuestion {
  readonly schema: object;
  readonly settings?: unknown;
  readonly milliseconds: number;
}

export type SettingsAnswer =
  | { readonly errors: readonly ErrorObject[]; readonly secrets: readonly string[]; readonly settings: unknown }
  | { readonly failed: "slow" | "endless" | "invalid"; readonly message: string };

/** No process could be started, or it ended without an answer. */
export class Unanswered extends Error {}

/** How long the process may take to start, in addition to its work. */
const startMilliseconds = 10_000;
const mostOutput = 256 * 1024 * 1024;

/**
 * Does what `runEngine` does, in a process of its own, for hosts that may not generate code: the engine compiles each schema.
 * Flags of V8 are not inherited. Takes some 50 ms, during which the host's thread waits.
 *
 * @throws {@link Unanswered}, and what `runEngine` throws.
 */
export function runEngineElsewhere(question: SettingsQuestion): EngineResult {
  const entry = fileURLToPath(ownFile(`host/settings-entry${ownExtension}`));
  const { error, stdout } = builtinModule("node:child_process").spawnSync(process.execPath, [entry], {
    input: JSON.stringify(question),
    encoding: "utf8",
    env: {},
    timeout: question.milliseconds + startMilliseconds,
    maxBuffer: mostOutput,
    windowsHide: true,
  });
  if (error !== undefined) throw new Unanswered(error.message);
  const answer = parse(stdout);
  if (!("failed" in answer)) return { ...answer, secrets: new Set(answer.secrets) };
  if (answer.failed === "slow") throw new TooSlow(answer.message);
  throw answer.failed === "endless" ? new RangeError(answer.message) : new Error(answer.message);
}

function parse(text: string): SettingsAnswer {
  try {
    return JSON.parse(text) as SettingsAnswer;
  } catch (cause) {
    throw new Unanswered((cause as Error).message);
  }
}
