import { readFileSync, writeFileSync } from "node:fs";
import { type EngineResult, runEngine, TooSlow } from "./settings-engine.js";
import type { SettingsAnswer, SettingsQuestion } from "./settings-process.js";

// The program of the process that validates settings for a host that may not generate code: see settings-process.ts.
const { schema, settings, milliseconds } = JSON.parse(readFileSync(0, "utf8")) as SettingsQuestion;
/** How long it goes on beginning again, in milliseconds. The process may take ten seconds longer than the limit. */
const longest = 5000;
writeFileSync(1, JSON.stringify(answer()));

function answer(): SettingsAnswer {
  try {
    const { errors, secrets, settings: filled } = runWithin(milliseconds);
    // The values are not needed there, and each may be the whole settings.
    return { errors: errors.map(({ data: _, ...error }) => error), secrets: [...secrets], settings: filled };
  } catch (error) {
    const kind = error instanceof TooSlow ? "slow" : error instanceof RangeError ? "endless" : "invalid";
    return { failed: kind, message: String((error as Error | null)?.message) };
  }
}

/**
 * The limit is for patterns that backtrack without end, and a busy machine is no reason to call a schema invalid. So the time that
 * counts is the processor's: what was stopped before it had its share begins again.
 */
function runWithin(limit: number): EngineResult {
  const ends = performance.now() + longest;
  for (;;) {
    const begun = process.cpuUsage();
    try {
      return runEngine(schema, structuredClone(settings), limit);
    } catch (error) {
      const { user, system } = process.cpuUsage(begun);
      if (!(error instanceof TooSlow) || (user + system) / 1000 > limit / 2 || performance.now() > ends) throw error;
    }
  }
}
