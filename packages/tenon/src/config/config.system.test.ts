import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, type HostEvents, t } from "tenon";
import { plugin } from "tenon/guest";
import { afterAll, beforeAll, expect, test } from "vitest";

const greeter = contract("test:greeter@1.0.0", {
  imports: { name: t.func([], t.string) },
  exports: { greet: t.func([], t.string) },
});
const store = contract("test:store@1.0.0", { exports: { get: t.func([], t.string) } });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-config-host-"));
  await writeFile(join(folder, "store.js"), 'export const get = () => "stored";');
  await writeFile(join(folder, "broken.js"), 'throw new Error("broken on purpose");');
  await writeFile(
    join(folder, "store.wit"),
    "package test:store@1.0.0;\nworld store { export get: func() -> string; }\n",
  );
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, "tenon.config.yaml");
  await writeFile(path, text);
  return path;
}

test("a plugin that does not open stops only those that require it", async () => {
  const path = await file(`
plugins:
  needy: { artifact: store.js, contract: store.wit, requires: { broken: "*" } }
  broken: { artifact: broken.js, contract: store.wit }
  missing: { artifact: missing.js }
  late: { artifact: store.js, contract: store.wit, start: first-call, requires: { store: "*" } }
  store: { artifact: store.js, contract: store.wit, place: worker }
  newer: { artifact: store.js, contract: store.wit, requires: { store: ^2.0.0 } }
`);
  await using host = createHost({ config: path });
  const failed: HostEvents["open-failed"][] = [];
  host.on("open-failed", (event) => failed.push(event));
  const configured = await host.configured;
  expect([...configured.plugins.keys()]).toEqual(["late", "store"]);
  expect(Object.fromEntries([...configured.failures].map(([name, { code }]) => [name, code]))).toEqual({
    needy: "TENON_DEPENDENCY_MISSING",
    broken: "TENON_LOAD_FAILED",
    missing: "TENON_ARTIFACT_MISSING",
    newer: "TENON_DEPENDENCY_VERSION",
  });
  expect(failed.map(({ name }) => name).sort()).toEqual(["broken", "missing", "needy", "newer"]);
  const late = configured.get("late", store);
  expect(late.state).toBe("resting");
  expect(late.requires).toEqual({ store: "*" });
  expect(await late.exports.get()).toBe("stored");
  expect(configured.get("store").place).toBe("worker");
  expect(() => configured.get("broken")).toThrow(expect.objectContaining({ code: "TENON_LOAD_FAILED" }));
  expect(() => configured.get("stroe")).toThrow(/did you mean "store"/);
  expect(() => configured.get("store", greeter)).toThrow(expect.objectContaining({ code: "TENON_CONTRACT_BREAKS" }));
});

test("the program gives contracts and imports by the plugin's name or by the contract", async () => {
  const path = await file(`
plugins:
  first: { artifact: builtin:greeter, contract: test:greeter@1.0.0 }
  second: { artifact: builtin:greeter, contract: test:greeter }
  third: { artifact: builtin:greeter, contract: test:other }
`);
  const builtin = plugin(greeter, ({ imports }) => ({ greet: () => imports.name() }));
  await using host = createHost({
    builtins: { greeter: builtin },
    config: {
      file: path,
      contracts: [greeter],
      imports: { "test:greeter": { name: () => "by contract" }, second: { name: () => "by name" } },
    },
  });
  const { plugins, failures } = await host.configured;
  expect([...plugins.keys()]).toEqual(["first", "second"]);
  expect(await plugins.get("first")?.lookup("greet")()).toBe("by contract");
  expect(await plugins.get("second")?.lookup("greet")()).toBe("by name");
  expect(failures.get("third")).toMatchObject({ code: "TENON_CONTRACT_MISSING" });
});

test("a file that is not valid rejects host.configured, and opens nothing", async () => {
  const path = await file("plugins: { a: { artefact: a.js } }");
  await using host = createHost({ config: path });
  await expect(host.configured).rejects.toMatchObject({ code: "TENON_CONFIG_INVALID" });
  expect(host.plugins).toEqual([]);
  await using other = createHost({ config: join(folder, "none.yaml") });
  await expect(other.configured).rejects.toMatchObject({ code: "TENON_CONFIG_UNREADABLE" });
});

test("a host that is closed while its plugins are opened leaves none", async () => {
  const entries = Array.from({ length: 30 }, (_, at) => `  p${at}: { artifact: store.js, contract: store.wit }`);
  const host = createHost({ config: await file(`plugins:\n${entries.join("\n")}\n`) });
  await new Promise((resolve) => host.on("opened", resolve));
  await host.close();
  const { plugins, failures } = await host.configured;
  expect(plugins.size + failures.size).toBe(30);
  expect([...failures.values()].every(({ code }) => code === "TENON_PLUGIN_CLOSED")).toBe(true);
  expect([...plugins.values()].every(({ state }) => state === "closed")).toBe(true);
});

test("without a config file, nothing is configured", async () => {
  await using host = createHost();
  expect((await host.configured).plugins.size).toBe(0);
});

test.each([
  5,
  "",
  { file: 5 },
  { files: "x" },
  { file: "x.yaml", contracts: 5 },
  new URL("https://example.com/x.yaml"),
])("createHost() refuses config %j", (config) => {
  expect(() => createHost({ config: config as never })).toThrow(
    expect.objectContaining({ code: "TENON_OPTION_INVALID" }),
  );
});
