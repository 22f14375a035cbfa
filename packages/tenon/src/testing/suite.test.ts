import { describe, expect, test } from "vitest";
import { Host } from "../host/index.js";
import { fakeRuntime } from "./fake-runtime.js";
import { serialisedPlace } from "./serialised-place.js";
import { conformanceCases, openSuite, type Result, runConformance } from "./suite.js";
import { type Case, casesOf } from "./target/case.js";
import { equal } from "./target/expectations.js";
import { featureTitles, suiteFeatures } from "./target/features.js";
import { everythingOffered, type Target } from "./target/target.js";

const absent = { notOffered: "there is no such fixture here" };

/** A target whose kitchen sink implements nothing at all: most cases fail, and each must fail by itself. */
function targetOf(capabilities: Partial<Target["capabilities"]> = {}): Target {
  const runtime = fakeRuntime({ sink: { implementation: {} } });
  return {
    runtime: "fake",
    place: "serialised",
    createHost: () => new Host({ runtimes: [runtime], places: { serialised: serialisedPlace() } }),
    capabilities: { ...everythingOffered, ...capabilities },
    artifacts: {
      kitchenSink: "fake:sink",
      kitchenSinkV2: "fake:sink",
      missingExport: absent,
      wrongKind: absent,
      otherContract: absent,
      olderContract: absent,
      syntaxError: absent,
      throwsAtLoad: absent,
      exitsAtLoad: absent,
      waitsAtLoad: absent,
      loopsAtLoad: absent,
      unhealthy: absent,
      refusesState: absent,
    },
  };
}

function caseOf(run: Case["run"], more: Partial<Case> = {}): Case {
  return { ...(casesOf("open", { example: { title: "An example", run } })[0] as Case), ...more };
}

async function resultOf(item: Case, target = targetOf(), timeout = 5000): Promise<Result> {
  const suite = openSuite(target, { timeout });
  const result = await suite.run(item);
  await suite.close();
  return result;
}

describe("the suite", () => {
  test("has a case for every feature, ids that are unique, and titles", () => {
    expect(new Set(conformanceCases.map(({ feature }) => feature))).toEqual(new Set(suiteFeatures));
    expect(new Set(conformanceCases.map(({ id }) => id)).size).toBe(conformanceCases.length);
    for (const { id, feature, title } of conformanceCases) {
      expect(id.startsWith(`${feature}/`)).toBe(true);
      expect(title).toMatch(/^[`\w].*[^.]$/s);
      expect(featureTitles[feature]).not.toBe("");
    }
  });

  test("a failing case is reported with its error, and the next one runs", async () => {
    const suite = openSuite(targetOf());
    const failed = await suite.run(caseOf(async () => equal(1, 2)));
    expect(failed).toMatchObject({ status: "failed", error: { actual: 1, expected: 2 } });
    expect(await suite.run(caseOf(async () => {}))).toMatchObject({ status: "passed" });
    await suite.close();
  });

  test("a case that does not finish fails", async () => {
    const result = await resultOf(
      caseOf(() => new Promise(() => {})),
      targetOf(),
      20,
    );
    expect(result).toMatchObject({
      status: "failed",
      error: { message: expect.stringContaining("did not finish within 20 ms") },
    });
  });

  test("an unhandled promise rejection fails the case", async () => {
    const item = caseOf(async () => {
      void Promise.reject(new Error("forgotten"));
      await new Promise((resolve) => setImmediate(resolve));
    });
    expect(await resultOf(item)).toMatchObject({ status: "failed", error: { cause: { message: "forgotten" } } });
  });

  test("a case whose feature is not offered is not run, with the reason", async () => {
    const run = () => Promise.reject(new Error("it was run"));
    const target = targetOf({ open: "it opens nothing", streams: "it has no streams" });
    expect(await resultOf(caseOf(run), target)).toMatchObject({ status: "not offered", reason: "it opens nothing" });
    expect(await resultOf(caseOf(run, { feature: "values", requires: ["streams"] }), target)).toMatchObject({
      reason: "it has no streams",
    });
    expect(await resultOf(caseOf(run, { artifacts: ["syntaxError"] }))).toMatchObject({ reason: absent.notOffered });
  });

  test("a plugin that implements nothing fails the features that it offers, and does not stop the run", async () => {
    const told: Result[] = [];
    const results = await runConformance(targetOf({ streams: "it has no streams" }), {
      only: ({ feature }) => feature === "values" || feature === "streams",
      onResult: (result) => told.push(result),
    });
    expect(told).toEqual(results);
    const statuses = (feature: string) =>
      new Set(results.filter((result) => result.case.feature === feature).map(({ status }) => status));
    expect(statuses("values")).toEqual(new Set(["failed"]));
    expect(statuses("streams")).toEqual(new Set(["not offered"]));
  });
});
