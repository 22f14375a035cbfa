import { readFileSync, writeFileSync } from "node:fs";
import { runEngine, TooSlow } from "./settings-engine.js";
import type { SettingsAnswer, SettingsQuestion } from "./settings-process.js";

// The program of the process that validates settings for a host that may not generate code: see settings-process.ts.
const { schema, settings, milliseconds } = JSON.parse(readFileSync(0, "utf8")) as SettingsQuestion;
writeFileSync(1, JSON.stringify(answer()));

function answer(): SettingsAnswer {
  try {
    const { errors, secrets, settings: filled } = runEngine(schema, settings, milliseconds);
    // The values are not needed there, and each may be the whole settings.
    return { errors: errors.map(({ data: _, ...error }) => error), secrets: [...secrets], settings: filled };
  } catch (error) {
    const kind = error instanceof TooSlow ? "slow" : error instanceof RangeError ? "endless" : "invalid";
    return { failed: kind, message: String((error as Error | null)?.message) };
  }
}
