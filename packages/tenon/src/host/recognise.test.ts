import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { contract, t } from "../contract/building/builder.js";
import { inlineIsolation } from "../places/inline/isolation.js";
import { createHost } from "../presets/index.js";
import type { Artifact, LoadOptions, Runtime, RuntimeChoice } from "../runtime/index.js";

const greeter = contract("demo:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });

const schema = {
  type: "object",
  properties: { cookie: { type: "string" }, retries: { type: "number", default: 3 } },
  additionalProperties: false,
};

/** Passes the artifact to the steps, and records what they get. */
function recorder(name: string, given: Partial<Runtime> = {}) {
  const seen: { recognised: Artifact[]; checked: Artifact[]; prepared: Artifact[]; loaded: LoadOptions[] } = {
    recognised: [],
    checked: [],
    prepared: [],
    loaded: [],
  };
  const runtime: Runtime = {
    name,
    module: "data:text/javascript,",
    offers: ({ thread }) => thread === "host" || "an object of the test",
    async recognise(artifact) {
      seen.recognised.push(artifact);
      return artifact.path.endsWith(".probe") ? { confidence: 2, description: `${name} plugin` } : undefined;
    },
    async check(artifact) {
      seen.checked.push(artifact);
      return [];
    },
    async prepare(artifact) {
      seen.prepared.push(artifact);
      return { path: artifact.path, fingerprint: "x", payload: undefined };
    },
    async load(_, request) {
      seen.loaded.push(request);
      return {
        isolation: inlineIsolation,
        contract: undefined,
        functions: { get: () => ({ invoke: ([to]) => `${name} greets ${to}` }) },
        lost: new Promise(() => {}),
        explain: (thrown) => thrown as never,
        async health() {},
        async save() {},
        restores: false,
        async restore() {},
        close: async () => ({ proof: "collectable", forced: false, resources: 0 }),
      };
    },
    ...given,
  };
  return { runtime, seen };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "tenon-recognise-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function file(name: string, manifest?: object): string {
  const inside = folder();
  writeFileSync(join(inside, name), "text");
  if (manifest !== undefined)
    writeFileSync(join(inside, name.replace(/\.\w+$/, ".tenon.json")), JSON.stringify(manifest));
  return join(inside, name);
}

test("open() names a runtime that would not recognise the artifact, and passes its options to every step", async () => {
  const { runtime, seen } = recorder("probe", { options: schema });
  await using host = createHost({ runtimes: [runtime] });
  const plugin = await host.open(file("a.unknown"), greeter, { runtime: { name: "probe", cookie: "x" } });
  expect(await plugin.exports.greet("Ada")).toBe("probe greets Ada");
  const options = { cookie: "x", retries: 3 };
  for (const [artifact] of [seen.recognised, seen.checked, seen.prepared]) expect(artifact?.options).toEqual(options);
  expect(seen.loaded[0]?.options).toEqual(options);
});

test("a manifest names the runtime and its options, and those of open() win", async () => {
  const { runtime, seen } = recorder("probe", { options: schema });
  await using host = createHost({ runtimes: [runtime] });
  const path = file("a.unknown", { runtime: { name: "probe", cookie: "manifest", retries: 5 } });
  await host.open(path, greeter, { runtime: { cookie: "open" } });
  expect(seen.loaded[0]?.options).toEqual({ cookie: "open", retries: 5 });
  expect((await host.check(path, greeter)).runtime).toBe("probe");
  expect((await host.check(file("b.unknown", { runtime: "probe" }), greeter)).runtime).toBe("probe");
});

test("options in the manifest are not for another runtime that open() names", async () => {
  const first = recorder("first", { options: schema });
  const second = recorder("second");
  await using host = createHost({ runtimes: [first.runtime, second.runtime] });
  const path = file("a.unknown", { runtime: { name: "first", cookie: "x" } });
  await host.open(path, greeter, { runtime: "second" });
  expect(second.seen.loaded[0]?.options).toEqual({});
});

test("a folder whose manifest names a runtime needs no entry", async () => {
  const { runtime, seen } = recorder("probe");
  await using host = createHost({ runtimes: [runtime] });
  const path = join(folder(), "plugin");
  mkdirSync(path);
  writeFileSync(join(path, "tenon.json"), JSON.stringify({ runtime: "probe" }));
  expect((await host.check(path, greeter)).verdict).toBe("fits");
  expect(seen.recognised[0]?.manifest.entry).toBeUndefined();
});

test("the same artifact with other runtime options is another plugin", async () => {
  const { runtime } = recorder("probe", { options: schema });
  await using host = createHost({ runtimes: [runtime] });
  const path = file("a.probe");
  const [one, same, other] = await Promise.all(
    ["x", "x", "y"].map((cookie) => host.open(path, greeter, { runtime: { cookie } })),
  );
  expect(one).toBe(same);
  expect(one).not.toBe(other);
});

test.each([
  [
    "a runtime that the host does not have, the nearest first",
    { name: "prob" },
    /unknown runtime "prob"; did you mean "probe"\? This host has probe, builtin, js, wasm/,
  ],
  ["an option of the wrong type", { cookie: 7 }, /runtime\.cookie: expected a string, got /],
  ["an option that does not exist", { cooki: "x" }, /runtime\.cooki: is not a known option; did you mean "cookie"\?/],
  ["a name that is no string", { name: 7 }, /option runtime: expected the name of a runtime/],
])("open() refuses %s", async (_, runtime, message) => {
  await using host = createHost({ runtimes: [recorder("probe", { options: schema }).runtime] });
  await expect(host.open(file("a.probe"), greeter, { runtime: runtime as RuntimeChoice })).rejects.toMatchObject({
    code: "TENON_OPTION_INVALID",
    message: expect.stringMatching(message),
  });
});

test("a runtime without a schema takes no options", async () => {
  await using host = createHost({ runtimes: [recorder("probe").runtime] });
  const report = await host.check(file("a.probe", { runtime: { cookie: "x" } }), greeter);
  expect(report.findings[0]).toMatchObject({
    code: "TENON_OPTION_INVALID",
    message: expect.stringContaining('the probe runtime has no options, got "cookie"'),
  });
});

test("a schema that is none is reported as the runtime's fault", async () => {
  await using host = createHost({ runtimes: [recorder("probe", { options: { type: "nothing" } }).runtime] });
  const report = await host.check(file("a.probe"), greeter, { runtime: { cookie: "x" } });
  expect(report.findings[0]?.code).toBe("TENON_RUNTIME_UNAVAILABLE");
});

test("of two runtimes that are equally sure, the first opens the artifact, and check() names the other", async () => {
  await using host = createHost({ runtimes: [recorder("first").runtime, recorder("second").runtime] });
  const report = await host.check(file("a.probe"), greeter);
  expect(report).toMatchObject({ runtime: "first", verdict: "fits" });
  expect(report.findings).toMatchObject([
    { code: "TENON_ARTIFACT_AMBIGUOUS", severity: "info", message: expect.stringContaining("just as well by second") },
  ]);
});

test.each([7, { name: 7 }, { name: "" }, []])("a manifest with the runtime %j is not valid", async (runtime) => {
  await using host = createHost();
  const report = await host.check(file("a.probe", { runtime }), greeter);
  expect(report.findings[0]).toMatchObject({ code: "TENON_MANIFEST_INVALID" });
});
