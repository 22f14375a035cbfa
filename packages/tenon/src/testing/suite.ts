import type { Host } from "../host/index.js";
import { artifactCases } from "./cases/artifacts.js";
import { callControlCases } from "./cases/call-control.js";
import { callbackCases } from "./cases/callbacks.js";
import { closeCases } from "./cases/close.js";
import { crashCases } from "./cases/crashes.js";
import { dataCases } from "./cases/data.js";
import { errorCases } from "./cases/errors.js";
import { futureCases } from "./cases/futures.js";
import { grantCases } from "./cases/grants.js";
import { largeByteCases } from "./cases/large-bytes.js";
import { limitCases } from "./cases/limits.js";
import { openCases } from "./cases/open.js";
import { outputAndSettingsCases } from "./cases/output-and-settings.js";
import { resourceCases } from "./cases/resources.js";
import { restCases } from "./cases/rest.js";
import { stateCases } from "./cases/state.js";
import { streamCases } from "./cases/streams.js";
import { swapCases } from "./cases/swap.js";
import { syncCases } from "./cases/sync.js";
import { valueCases } from "./cases/values.js";
import { CaseSession } from "./session.js";
import type { Case } from "./target/case.js";
import type { Target } from "./target/target.js";

/** Everything that a runtime must do in a place, if it offers the feature. */
export const conformanceCases: readonly Case[] = [
  ...openCases,
  ...artifactCases,
  ...valueCases,
  ...dataCases,
  ...largeByteCases,
  ...errorCases,
  ...syncCases,
  ...callbackCases,
  ...resourceCases,
  ...streamCases,
  ...futureCases,
  ...callControlCases,
  ...limitCases,
  ...crashCases,
  ...swapCases,
  ...stateCases,
  ...restCases,
  ...closeCases,
  ...outputAndSettingsCases,
  ...grantCases,
];

export type Result = { readonly case: Case } & (
  | { readonly status: "passed" }
  | { readonly status: "failed"; readonly error: unknown }
  /** The target does not offer what the case tests. */
  | { readonly status: "not offered"; readonly reason: string }
);

export interface ConformanceOptions {
  /** Returns whether to run a case. */
  readonly only?: (item: Case) => boolean;
  /** Called with each result. */
  readonly onResult?: (result: Result) => void;
  /** How long a case may take, in milliseconds. Default 60,000. */
  readonly timeout?: number;
}

/**
 * Runs the suite for a runtime in a place, one case after the other. A failing case does not reject.
 *
 * To run each case as its own test in a test runner, use {@link openSuite}.
 */
export async function runConformance(target: Target, options: ConformanceOptions = {}): Promise<readonly Result[]> {
  const suite = openSuite(target, options);
  const results: Result[] = [];
  try {
    for (const item of conformanceCases) {
      if (options.only?.(item) === false) continue;
      const result = await suite.run(item);
      options.onResult?.(result);
      results.push(result);
    }
  } finally {
    await suite.close();
  }
  return results;
}

/** The suite for one target, case by case. */
export interface Suite {
  /** Returns why a case is not run for this target, or `undefined` if it is. */
  reasonAgainst(item: Case): string | undefined;
  run(item: Case): Promise<Result>;
  close(): Promise<void>;
}

/**
 * Opens the suite for one target, to run it case by case.
 *
 * ```ts
 * const suite = openSuite(target);
 * for (const item of conformanceCases.filter((item) => suite.reasonAgainst(item) === undefined)) {
 *   test(item.title, async () => {
 *     const result = await suite.run(item);
 *     if (result.status === "failed") throw result.error;
 *   });
 * }
 * ```
 */
export function openSuite(target: Target, { timeout = 60_000 }: Pick<ConformanceOptions, "timeout"> = {}): Suite {
  let host: Host | undefined;
  let unhandled: unknown[] = [];
  let running = false;
  let listening = false;
  const noticed = (reason: unknown) => {
    if (running) unhandled.push(reason);
  };
  const reasonAgainst = (item: Case): string | undefined => {
    const exception = target.exceptions?.[item.id];
    if (exception !== undefined) return exception;
    for (const feature of [item.feature, ...item.requires]) {
      const offered = target.capabilities[feature];
      if (offered !== true) return offered;
    }
    for (const name of item.artifacts) {
      const fixture = target.artifacts[name];
      if (fixture === undefined) return `The target has no ${name}.`;
      if (typeof fixture !== "string") return fixture.notOffered;
    }
    return undefined;
  };
  return {
    reasonAgainst,
    async run(item) {
      const reason = reasonAgainst(item);
      if (reason !== undefined) return { case: item, status: "not offered", reason };
      host ??= target.createHost();
      if (!listening) process.on("unhandledRejection", noticed);
      listening = true;
      running = true;
      unhandled = [];
      const session = new CaseSession(target, host, item);
      try {
        await within(timeout, runAndEnd(item, session), item);
        if (unhandled.length > 0 && !session.crashed)
          throw new Error("unhandled promise rejection", { cause: unhandled[0] });
        return { case: item, status: "passed" };
      } catch (error) {
        // The next case gets a new host: what this one left behind must not make it fail.
        const used = host;
        host = undefined;
        await within(timeout, used.close(), item).catch(() => {});
        return { case: item, status: "failed", error };
      } finally {
        running = false;
      }
    },
    async close() {
      process.removeListener("unhandledRejection", noticed);
      listening = false;
      await host?.close();
      host = undefined;
    },
  };
}

async function runAndEnd(item: Case, session: CaseSession): Promise<void> {
  try {
    await item.run(session);
  } catch (error) {
    await session.end().catch(() => {});
    throw error;
  }
  await session.end();
}

function within(timeout: number, work: Promise<unknown>, item: Case): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${item.id} did not finish within ${timeout} ms`)), timeout);
    work.then(
      () => {
        clearTimeout(timer);
        resolve();
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
