import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing } from "@tenon/fixtures";
import { failureOf, needs } from "@tenon/fixtures/tests";
import { contract, createHost, type GrantName, type Grants, type OpenOptions, t } from "tenon";
import type { Runtime } from "tenon/runtime";
import { fakeRuntime } from "tenon/testing";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tenon-grants-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "greeter.js");
writeFileSync(file, "export const greet = (name) => name;");
const greeter = contract("test:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });

describe("grants that nothing enforces", () => {
  const grants: Grants = { folders: { "/data": folder }, network: ["example.com:443"] };

  test.each(["inline", "worker", "worker-pool", "process"] as const)(
    "folders and network are refused for JavaScript: %s",
    async (place) => {
      await using host = createHost();
      const error = await failureOf(host.open(file, greeter, { place, grants }));
      expect(error.code).toBe("TENON_GRANT_UNENFORCED");
      expect(error.message).toBe(
        `plugin greeter: nothing enforces grants.folders, grants.network for a plugin of the js runtime in the ${place} place: they would not mean what they say`,
      );
      expect(error.fix.text).toMatch(/if you trust the plugin, set grants: \{ unenforced: "allow" \}\.$/i);
      expect(host.plugins).toEqual([]);
    },
  );

  test("the fix names the places that enforce all of them", async () => {
    await using host = createHost();
    const error = await failureOf(host.open(file, greeter, { grants: { environment: { LANG: true } } }));
    expect(error.fix.text).toContain(
      "Open the plugin in a place that enforces it: worker, worker-pool or process; or ",
    );
  });

  test("the fix works when it is pasted", async () => {
    await using host = createHost();
    const plugin = await host.open(file, greeter, { grants: { ...grants, unenforced: "allow" } });
    expect(await plugin.exports.greet("Ada")).toBe("Ada");
    expect(plugin.grants).toMatchObject({
      given: grants,
      place: "inline",
      enforcedBy: { folders: "none", network: "none", functions: "host" },
    });
  });

  test("a swap is refused if the next plugin's runtime does not enforce them", async () => {
    const enforcing = (name: string, enforces: readonly GrantName[]): Runtime => ({
      ...fakeRuntime({ greeter: { implementation: { greet: (text: string) => `${name}: ${text}` } } }, name),
      enforces,
    });
    await using host = createHost({ runtimes: [enforcing("strict", ["network"]), enforcing("loose", [])] });
    const plugin = await host.open("strict:greeter", greeter, { place: "inline", grants: { network: ["*"] } });
    expect(plugin.grants.enforcedBy.network).toBe("runtime");
    expect((await failureOf(plugin.swap("loose:greeter"))).code).toBe("TENON_GRANT_UNENFORCED");
    expect(await plugin.exports.greet("Ada")).toBe("strict: Ada");
  });
});

needs(missing.sandbox()).describe("in a sandbox", () => {
  test("folders, network and programs are enforced", async () => {
    await using host = createHost();
    const grants: Grants = { folders: { "/data": folder }, network: ["example.com:443"], programs: ["sh"] };
    const plugin = await host.open(file, greeter, { isolation: "sandboxed", grants });
    expect(await plugin.exports.greet("Ada")).toBe("Ada");
    expect(plugin.grants).toMatchObject({
      given: grants,
      place: "process",
      enforcedBy: { folders: "sandbox", network: "sandbox", programs: "sandbox", environment: "place", listen: "none" },
    });
  });

  test("listening is refused: the sandbox has a network of its own", async () => {
    await using host = createHost();
    const grants: Grants = { listen: ["127.0.0.1:0"] };
    const error = await failureOf(host.open(file, greeter, { isolation: "sandboxed", grants }));
    expect(error).toMatchObject({ code: "TENON_GRANT_UNENFORCED", message: expect.stringContaining("grants.listen") });
    expect(error.fix.text).not.toContain("sandboxed");
  });

  test("the fix for a grant that nothing enforces names it, and works", async () => {
    await using host = createHost();
    const grants: Grants = { network: ["example.com:443"] };
    const error = await failureOf(host.open(file, greeter, { grants }));
    expect(error.fix.text).toContain('isolation: "sandboxed"');
    await host.open(file, greeter, { grants, isolation: "sandboxed" });
  });
});

describe("granted resources", () => {
  const resourcesOf = async (options: OpenOptions) => {
    await using host = createHost();
    return (await host.open(file, greeter, { place: "worker", ...options })).grants.given.resources;
  };

  test("are limits, and what open says in limits wins", async () => {
    const resources = { memory: 2 ** 28 };
    expect(await resourcesOf({ grants: { resources } })).toEqual(resources);
    expect(await resourcesOf({ grants: { resources }, limits: { memory: 2 ** 29 } })).toEqual({ memory: 2 ** 29 });
  });

  test("that nothing enforces are refused unless they are allowed", async () => {
    const resources = { cpu: 1000 };
    await expect(resourcesOf({ grants: { resources } })).rejects.toMatchObject({ code: "TENON_GRANT_UNENFORCED" });
    expect(await resourcesOf({ grants: { resources, unenforced: "allow" } })).toEqual(resources);
  });
});

describe("check()", () => {
  test("reports what is asked for, what would be given, what is missing, and what would enforce it", async () => {
    const asking = join(folder, "asking.js");
    writeFileSync(asking, "export const greet = (name) => name;");
    const wanted = { environment: { LANG: true }, network: ["example.com:443"], reasons: { network: "reads news" } };
    writeFileSync(join(folder, "asking.tenon.json"), JSON.stringify({ grants: wanted }));
    await using host = createHost();
    const grants: Grants = { environment: { LANG: "fi" } };
    const report = await host.check(asking, greeter, { place: "worker", grants });
    expect(report).toMatchObject({ verdict: "fits" });
    expect(report.grants).toMatchObject({
      asked: wanted,
      given: { environment: { LANG: true } },
      missing: { network: ["example.com:443"] },
      place: "worker",
      enforcedBy: { environment: "place", network: "none" },
    });
    const plugin = await host.open(asking, greeter, { place: "worker", grants });
    expect(plugin.grants).toEqual(report.grants);
  });

  test("finds what open would refuse", async () => {
    await using host = createHost();
    const { verdict, findings } = await host.check(file, greeter, { grants: { network: ["*"] } });
    expect(verdict).toBe("breaks");
    expect(findings.map(({ code }) => code)).toContain("TENON_GRANT_UNENFORCED");
  });
});
