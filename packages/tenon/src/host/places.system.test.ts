import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing } from "@tenon/fixtures";
import { failureOf } from "@tenon/fixtures/tests";
import { contract, createHost, type OpenOptions, type PlaceName, type TenonError, t } from "tenon";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tenon-places-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "greeter.js");
writeFileSync(file, "export const greet = (name) => name;");
const greeter = contract("test:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });

describe("plugin.place", () => {
  test.each(["inline", "worker", "worker-pool", "process"] as const)(
    "is the name that open used: %s",
    async (place) => {
      await using host = createHost();
      const plugin = await host.open(file, greeter, { place });
      expect(plugin.place).toBe(place);
      await plugin.swap();
      expect(plugin.place).toBe(place);
      expect(await plugin.exports.greet("Ada")).toBe("Ada");
    },
  );

  test("is inline by default", async () => {
    await using host = createHost();
    expect((await host.open(file, greeter)).place).toBe("inline");
  });

  test("is the name of a place that the host adds", async () => {
    await using other = createHost();
    await using host = createHost({ places: { "test-threads": other.places.get("worker") } });
    const plugin = await host.open(file, greeter, { place: "test-threads" });
    expect(plugin.place).toBe("test-threads");
    expect(plugin.isolation.level).toBe("contained");
  });
});

test("plugins of the worker-pool share threads, and their isolation says so", async () => {
  await using host = createHost({ pool: 1 });
  const one = await host.open(file, greeter, { place: "worker-pool", fresh: true });
  const two = await host.open(file, greeter, { place: "worker-pool", fresh: true });
  expect(one.id).toBe(two.id);
  expect(one.isolation.remarks.join(" ")).toContain("share");
});

test.each(["inline", "worker", "worker-pool", "process"] as const)(
  "what a plugin prints while it closes is in its log: %s",
  async (place) => {
    const chatty = join(folder, "chatty.js");
    writeFileSync(chatty, "export const greet = (name) => name; export const deactivate = () => console.log('bye');");
    await using host = createHost();
    const lines: string[] = [];
    host.on("log", ({ line }) => lines.push(line.text));
    for (let round = 0; round < 5; round++) await (await host.open(chatty, greeter, { place })).close();
    expect(lines).toEqual(Array.from({ length: 5 }, () => "bye"));
  },
);

test("a builtin is refused in every place but inline, by the name of the place", async () => {
  const { plugin } = await import("tenon/guest");
  const builtins = { greeter: plugin(greeter, { greet: (name) => name }) };
  await using host = createHost({ builtins });
  for (const place of ["worker", "worker-pool", "process"] satisfies PlaceName[]) {
    const error = await failureOf(host.open("builtin:greeter", greeter, { place }));
    expect(error.code).toBe("TENON_RUNTIME_UNAVAILABLE");
    expect(error.message).toContain(`the builtin runtime cannot run in the ${place} place: `);
    expect(error.fix.text).toBe("Open it in another place: inline.");
  }
});

describe("without a place, isolation chooses one", () => {
  test.each([
    ["none", "inline"],
    ["contained", "worker"],
  ] as const)("%s: %s", async (isolation, place) => {
    await using host = createHost();
    const plugin = await host.open(file, greeter, { isolation });
    expect(plugin.place).toBe(place);
    expect(plugin.isolation.level).toBe(isolation);
  });
});

const sandboxes = missing.sandbox() === undefined;

describe("isolation that is not available", () => {
  async function refused(options: OpenOptions<typeof greeter>): Promise<TenonError> {
    await using host = createHost();
    const error = await failureOf(host.open(file, greeter, options));
    expect(error.code).toBe("TENON_ISOLATION_UNAVAILABLE");
    expect(host.plugins).toEqual([]);
    return error;
  }

  test("names the places that reach the level", async () => {
    const error = await refused({ place: "inline", isolation: "contained" });
    expect(error.message).toBe(
      'plugin greeter: isolation "contained" is not available: the inline place reaches "none"',
    );
    expect(error.fix.text).toBe(
      'Open the plugin in a place that reaches "contained": worker, worker-pool or process. ' +
        `Levels, with the places that reach them: "none" (inline), "contained" (worker, worker-pool${sandboxes ? '), "sandboxed" (' : ", "}process).`,
    );
  });

  test("names the place that reaches the level, if this system can sandbox", async () => {
    const error = await refused({ place: "worker-pool", isolation: "sandboxed" });
    expect(error.message).toBe(
      'plugin greeter: isolation "sandboxed" is not available: the worker-pool place reaches "contained"',
    );
    expect(error.fix.text).toBe(
      (sandboxes
        ? 'Open the plugin in a place that reaches "sandboxed": process. '
        : 'Ask for a lower level: no place reaches "sandboxed" for this plugin. A WebAssembly plugin is sandboxed in every place. ') +
        `Levels, with the places that reach them: "none" (inline), "contained" (worker, worker-pool${sandboxes ? '), "sandboxed" (' : ", "}process).`,
    );
  });

  test("lists only places in which the plugin can run", async () => {
    const { plugin } = await import("tenon/guest");
    const builtins = { greeter: plugin(greeter, { greet: (name) => name }) };
    await using host = createHost({ builtins });
    const error = await failureOf(host.open("builtin:greeter", greeter, { isolation: "contained" }));
    expect(error.code).toBe("TENON_ISOLATION_UNAVAILABLE");
    expect(error.fix.text).toContain('Levels, with the places that reach them: "none" (inline).');
  });
});
