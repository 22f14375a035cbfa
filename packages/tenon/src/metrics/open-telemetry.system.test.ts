import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { context, metrics, propagation, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";
import { failureOf } from "@tenon/fixtures/tests";
import { contract, createHost, type PlaceName, t } from "tenon";
import { openTelemetry } from "tenon/metrics";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tenon-telemetry-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "greeter.js");
writeFileSync(
  file,
  `let imports;
   export function activate(context) { imports = context.imports; }
   export const greet = async (name) => { if (name === "nobody") throw new Error("no"); return "Hello, " + (await imports.lookUp(name)); };
   export const plain = (name) => name;`,
);
const text = t.func([["text", t.string]], t.string);
const greeter = contract("test:greeter@1.0.0", { imports: { lookUp: text }, exports: { greet: text, plain: text } });

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});
afterEach(() => {
  trace.disable();
  metrics.disable();
});
afterAll(() => {
  context.disable();
  propagation.disable();
});

/** A span as OTLP sends it, as JSON. */
interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
}

/** A receiver of OTLP over HTTP: what a collector does with spans, as far as a test needs it. */
async function receiver(): Promise<{ readonly url: string; readonly spans: ReceivedSpan[]; readonly server: Server }> {
  const spans: ReceivedSpan[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const sent = JSON.parse(Buffer.concat(parts).toString());
    if (request.method !== "POST" || request.url !== "/v1/traces" || sent.resourceSpans.length === 0)
      response.statusCode = 400;
    for (const { scopeSpans } of sent.resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
    response.setHeader("content-type", "application/json");
    response.end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as { port: number };
  return { url: `http://127.0.0.1:${address.port}/v1/traces`, spans, server };
}

describe("openTelemetry(host)", () => {
  test.each(["inline", "worker", "process"] as const satisfies PlaceName[])(
    "shows an HTTP request, the plugin that it calls and the host function that this calls as one trace: %s",
    async (place) => {
      const collector = await receiver();
      const provider = new BasicTracerProvider({
        spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: collector.url }))],
      });
      trace.setGlobalTracerProvider(provider);
      const tracer = trace.getTracer("test");
      await using host = createHost();
      const { stop } = await openTelemetry(host);
      let insideLookUp: string | undefined;
      const plugin = await host.open(file, greeter, {
        place,
        imports: {
          lookUp: (name: string) => {
            insideLookUp = trace.getActiveSpan()?.spanContext().traceId;
            return tracer.startActiveSpan("database", (span: Span) => {
              span.end();
              return name.toUpperCase();
            });
          },
        },
      });
      const server = createServer((request, response) => {
        const parent = propagation.extract(context.active(), request.headers);
        const span = tracer.startSpan("GET /greet", { kind: SpanKind.SERVER }, parent);
        context.with(trace.setSpan(parent, span), async () => {
          response.end(await plugin.exports.greet("Ada"));
          span.end();
        });
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const traceId = "0af7651916cd43dd8448eb211c80319c";
      const { port } = server.address() as { port: number };
      // Two requests at the same time, of different traces.
      const [answer, other] = await Promise.all(
        [traceId, traceId.replace("0af", "1bc")].map((id) =>
          fetch(`http://127.0.0.1:${port}/greet`, { headers: { traceparent: `00-${id}-b7ad6b7169203331-01` } }),
        ),
      );
      expect(await answer!.text()).toBe("Hello, ADA");
      expect(await other!.text()).toBe("Hello, ADA");
      stop();
      expect(await plugin.exports.greet("Bob")).toBe("Hello, BOB");
      await provider.forceFlush();
      expect(insideLookUp).toBeUndefined();
      for (const id of [traceId, traceId.replace("0af", "1bc")]) {
        const spans = collector.spans.filter((span) => span.traceId === id);
        const named = (name: string) => spans.find((span) => span.name === name)!;
        expect(spans.map(({ name }) => name).sort()).toEqual([
          ...["GET /greet", "database", "greeter/greet", "greeter/lookUp"],
        ]);
        expect(named("GET /greet").parentSpanId).toBe("b7ad6b7169203331");
        expect(named("greeter/greet").parentSpanId).toBe(named("GET /greet").spanId);
        expect(named("greeter/lookUp").parentSpanId).toBe(named("greeter/greet").spanId);
        expect(named("database").parentSpanId).toBe(named("greeter/lookUp").spanId);
        expect([named("greeter/greet").kind, named("greeter/lookUp").kind]).toEqual([3, 2]);
      }
      await provider.shutdown();
      for (const each of [server, collector.server]) {
        each.closeAllConnections();
        each.close();
      }
    },
  );

  test("records failures in spans, with their code", async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    await using host = createHost();
    await openTelemetry(host, { tracer: provider.getTracer("own"), meter: false, filter: { direction: "export" } });
    const plugin = await host.open(file, greeter, { imports: { lookUp: () => "x" } });
    expect((await failureOf(plugin.exports.greet("nobody"))).code).toBe("TENON_CALL_THREW");
    expect(plugin.sync.plain("Ada")).toBe("Ada");
    const [failed, plain, ...none] = exporter.getFinishedSpans();
    expect(none).toEqual([]);
    expect(failed).toMatchObject({ name: "greeter/greet", status: { code: SpanStatusCode.ERROR } });
    expect(failed?.attributes).toMatchObject({ "rpc.service": "greeter", "error.type": "TENON_CALL_THREW" });
    expect(failed?.events.map(({ name }) => name)).toEqual(["exception"]);
    expect(plain).toMatchObject({ name: "greeter/plain", status: { code: SpanStatusCode.UNSET } });
  });

  test("blocks no call while an exporter blocks, and fails none if a tracer throws", async () => {
    let exported = 0;
    // Takes spans, and never says that it is done.
    const blocked: SpanExporter = {
      export: () => {
        exported++;
      },
      shutdown: async () => {},
    };
    const provider = new BasicTracerProvider({
      spanProcessors: [
        new BatchSpanProcessor(blocked, { maxQueueSize: 10, maxExportBatchSize: 5, scheduledDelayMillis: 1 }),
        new SimpleSpanProcessor(blocked),
      ],
    });
    await using host = createHost();
    await openTelemetry(host, { tracer: provider.getTracer("blocked"), meter: false });
    const broken = {
      startSpan(): never {
        throw new Error("no span");
      },
    };
    await openTelemetry(host, { tracer: broken, meter: false });
    const plugin = await host.open(file, greeter, { place: "worker", imports: { lookUp: (name: string) => name } });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => plugin.exports.greet(String(index))));
    expect(answers).toHaveLength(200);
    expect(exported).toBeGreaterThan(0);
  });

  test("drops baggage that is too large for metadata, and keeps the trace", async () => {
    const provider = new BasicTracerProvider();
    const large = { ...propagationWith("x".repeat(20_000)) };
    await using host = createHost();
    propagation.disable();
    propagation.setGlobalPropagator(large);
    await openTelemetry(host, { tracer: provider.getTracer("large"), meter: false });
    const seen: Record<string, string>[] = [];
    host.intercept(
      (call, next) => {
        seen.push(call.metadata);
        return next();
      },
      { direction: "import" },
    );
    const plugin = await host.open(file, greeter, { place: "process", imports: { lookUp: (name: string) => name } });
    expect(await plugin.exports.greet("Ada")).toBe("Hello, Ada");
    expect(Object.keys(seen[0]!)).toEqual(["traceparent"]);
    propagation.disable();
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  });

  test("reports what the host counts, and a histogram, through a meter", async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    await using host = createHost({ metrics: true });
    const { stop } = await openTelemetry(host, { meter: provider.getMeter("own"), tracer: false });
    for (const _ of [1, 2]) {
      const plugin = await host.open(file, greeter, { fresh: true, imports: { lookUp: (name: string) => name } });
      await plugin.exports.greet("Ada");
      await failureOf(plugin.exports.greet("nobody"));
    }
    await reader.forceFlush();
    const points = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    const of = (name: string) => points.find(({ descriptor }) => descriptor.name === name)!.dataPoints as any[];
    const greet = of("tenon.calls").find(({ attributes }) => attributes["tenon.function"] === "greet");
    expect(greet).toMatchObject({ value: 4, attributes: { "tenon.plugin": "greeter", "tenon.direction": "export" } });
    expect(of("tenon.call.errors")).toHaveLength(1);
    expect(of("tenon.call.errors")[0]).toMatchObject({ value: 2, attributes: { "error.type": "TENON_CALL_THREW" } });
    expect(of("tenon.plugins")[0]).toMatchObject({ value: 2, attributes: { "tenon.state": "active" } });
    const durations = of("tenon.call.duration").filter(({ attributes }) => attributes["rpc.method"] === "greet");
    expect(durations.reduce((sum, { value }) => sum + value.count, 0)).toBe(4);
    stop();
    await provider.shutdown();
  });

  test("refuses what is no tracer or meter, and a meter for a host that counts nothing", async () => {
    await using host = createHost();
    expect((await failureOf(openTelemetry(host, { tracer: {} as any }))).message).toContain("option tracer");
    const provider = new MeterProvider();
    const refused = await failureOf(openTelemetry(host, { meter: provider.getMeter("own") }));
    expect(refused).toMatchObject({ code: "TENON_OPTION_INVALID", subject: "metrics" });
  });
});

/** A propagator like W3C's with baggage of a size. */
function propagationWith(baggage: string) {
  const own = new W3CTraceContextPropagator();
  return {
    inject(...[from, carrier, setter]: Parameters<W3CTraceContextPropagator["inject"]>) {
      own.inject(from, carrier, setter);
      setter.set(carrier, "baggage", baggage);
    },
    extract: own.extract.bind(own),
    fields: () => own.fields(),
  };
}
