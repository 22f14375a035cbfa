import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing } from "@tenon/fixtures";
import { failureOf, needs } from "@tenon/fixtures/tests";
import { Registry } from "prom-client";
import { contract, createHost, t } from "tenon";
import { prometheus } from "tenon/metrics";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tenon-prometheus-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "greeter.js");
writeFileSync(
  file,
  `let imports;
   export function activate(context) { imports = context.imports; }
   export const greet = (name) => { if (name === "nobody") throw new Error("no"); return "Hello, " + name; };
   export const ask = (text) => imports.answer(text);`,
);
const text = t.func([["text", t.string]], t.string);
const greeter = contract("test:greeter@1.0.0", { imports: { answer: text }, exports: { greet: text, ask: text } });
const imports = { answer: (given: string) => given };

/** A host whose plugins were called: two of them have the same name, and one an odd one. */
async function usedHost() {
  const host = createHost({ metrics: true });
  const odd = 'quo"te\\back\nline é';
  for (const name of ["greeter", "greeter", odd]) {
    const { exports } = await host.open(file, greeter, { imports, name, fresh: true });
    for (let call = 0; call < 1000; call++) await exports.greet("Ada");
    await failureOf(exports.greet("nobody"));
    await exports.ask("x");
  }
  return { host, odd };
}

/** What Prometheus's own parsers read: each sample as `[name, labels, value]`. */
function parsed(given: string, format: "text" | "openmetrics"): [string, Record<string, string>, number][] {
  const from = format === "text" ? "prometheus_client.parser" : "prometheus_client.openmetrics.parser";
  const program = `import sys, json
from ${from} import text_string_to_metric_families
families = text_string_to_metric_families(sys.stdin.buffer.read().decode())
print(json.dumps([[s.name, s.labels, s.value] for family in families for s in family.samples]))`;
  const { stdout, stderr, status } = spawnSync("python3", ["-c", program], { input: given, encoding: "utf8" });
  if (status !== 0) throw new Error(`${stderr}\n${given}`);
  return JSON.parse(stdout);
}

describe("prometheus(host)", () => {
  needs(missing.prometheusParser()).test.each(["text", "openmetrics"] as const)(
    "exports what Prometheus's own parser reads: %s",
    async (format) => {
      const { host, odd } = await usedHost();
      await using _ = host;
      const registry = new Registry();
      if (format === "openmetrics") registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as any);
      await prometheus(host, { registry });
      const samples = parsed(await registry.metrics(), format);
      const value = (name: string, labels: Record<string, string>) => {
        const found = samples.filter(
          ([sample, its]) => sample === name && Object.entries(labels).every(([key, wanted]) => its[key] === wanted),
        );
        expect([name, found.length]).toEqual([name, 1]);
        return found[0]![2];
      };
      const greet = { plugin: "greeter", place: "inline", direction: "export", function: "greet" };
      expect(value("tenon_calls_total", greet)).toBe(2002);
      expect(value("tenon_calls_total", { ...greet, plugin: odd })).toBe(1001);
      expect(value("tenon_call_errors_total", { ...greet, code: "TENON_CALL_THREW" })).toBe(2);
      expect(value("tenon_calls_total", { ...greet, direction: "import", function: "answer" })).toBe(2);
      expect(value("tenon_calls_in_flight", greet)).toBe(0);
      expect(value("tenon_plugins", { plugin: "greeter", state: "active" })).toBe(2);
      expect(value("tenon_restarts_total", { plugin: "greeter" })).toBe(0);
      const count = value("tenon_call_duration_seconds_count", greet);
      expect(count).toBeGreaterThan(1000);
      expect(count).toBeLessThanOrEqual(2002);
      expect(value("tenon_call_duration_seconds_bucket", { ...greet, le: "+Inf" })).toBe(count);
      const buckets = samples.filter(
        ([name, labels]) =>
          name === "tenon_call_duration_seconds_bucket" && labels.plugin === "greeter" && labels.function === "greet",
      );
      const counts = buckets.map(([, , each]) => each);
      expect(counts).toEqual([...counts].sort((one, other) => one - other));
    },
  );

  test("reads what is counted when it is scraped, and is removed again", async () => {
    await using host = createHost({ metrics: true });
    const registry = new Registry();
    const { stop } = await prometheus(host, { registry, prefix: "app_" });
    const { exports } = await host.open(file, greeter, { imports });
    await exports.greet("Ada");
    const line = 'app_calls_total{plugin="greeter",place="inline",direction="export",function="greet"}';
    expect(await registry.metrics()).toContain(`${line} 1\n`);
    await exports.greet("Ada");
    expect(await registry.metrics()).toContain(`${line} 2\n`);
    await host.plugins[0]?.close();
    expect(await registry.metrics()).not.toContain("greeter");
    stop();
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  test("refuses a host without metrics, wrong options, and a registry that has the metrics of another host", async () => {
    await using off = createHost();
    expect((await failureOf(prometheus(off))).fix?.text).toContain("createHost({ metrics: true })");
    await using host = createHost({ metrics: true });
    expect((await failureOf(prometheus(host, { prefix: "a-b" }))).message).toContain("option prefix");
    const registry = new Registry();
    await prometheus(host, { registry });
    const count = registry.getMetricsAsArray().length;
    const refused = await failureOf(prometheus(host, { registry }));
    expect(refused).toMatchObject({ code: "TENON_OPTION_INVALID", subject: "registry" });
    expect(registry.getMetricsAsArray()).toHaveLength(count);
  });
});
