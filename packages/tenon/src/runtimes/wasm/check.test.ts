import { expect, test } from "vitest";
import { list, module, name, section } from "../../binary/testing/assembler.mjs";
import { componentOf } from "../../binary/testing/component-encoder.mjs";
import { func, instanceType, library, type NewDeclaration, options } from "../../binary/testing/sample-components.mjs";
import type { Artifact } from "../../runtime/index.js";
import { contractOfWasm } from "./carried-contract.js";
import { checkModule } from "./check.js";

const artifact = (bytes: Uint8Array): Artifact => ({
  path: "/plugin.wasm",
  kind: "file",
  given: "plugin.wasm",
  manifest: {} as Artifact["manifest"],
  head: bytes.subarray(0, 8),
  size: bytes.length,
});

/** What a check against the plugin's own contract says. */
async function messages(bytes: Uint8Array): Promise<readonly string[]> {
  const findings = await checkModule(bytes, artifact(bytes), contractOfWasm(bytes, undefined));
  return findings.map(({ code, message }) => `${code}: ${message}`);
}

const point: NewDeclaration = { kind: "type", type: { kind: "record", fields: [{ name: "x", type: "u32" }] } };

const task = (parameters: Parameters<typeof func>[0]) => func(parameters) as NewDeclaration;

/** A component that imports an interface, and exports `demo:kit/api` with one function. */
function importing(interfaceName: string, ...declarations: readonly NewDeclaration[]): Uint8Array {
  return componentOf(
    ...library,
    instanceType(...declarations),
    { kind: "import", name: interfaceName, type: { kind: "instance", type: 0 } },
    func({ number: "u32" }, "u32"),
    { kind: "lift", core: 2, type: 1, options: options() },
    { kind: "bundle", exports: [{ name: "number", sort: "function", index: 0 }] },
    { kind: "export", name: "demo:kit/api@1.0.0", sort: "instance", index: 1, type: undefined },
  );
}

test.each(["demo:kit/types@1.0.0", "other:kit/types@2.0.0", "wasi:clocks/types@0.3.0"])(
  "an interface that is imported for its types only needs no provider: %s",
  async (interfaceName) => {
    const bytes = importing(interfaceName, point, {
      kind: "export",
      name: "point",
      type: { kind: "type", equals: 0 },
    });
    expect(await messages(bytes)).toEqual([]);
  },
);

test("a function that an interface of WASI does not have is reported by name", async () => {
  const bytes = importing(
    "wasi:cli/exit@0.2.0",
    task({}),
    { kind: "export", name: "exit-later", type: { kind: "function", type: 0 } },
    task({ "status-code": "u8" }),
    { kind: "export", name: "exit-with-code", type: { kind: "function", type: 1 } },
  );
  expect(await messages(bytes)).toEqual([
    "TENON_WASM_IMPORT_UNKNOWN: plugin.wasm imports the function wasi:cli/exit@0.2.0#exit-later, which neither its contract nor WASI provides",
  ]);
});

test("a resource that nobody provides is reported, and its other names are not", async () => {
  const bytes = importing(
    "wasi:clocks/types@0.3.0",
    { kind: "export", name: "zone", type: { kind: "type", equals: undefined } },
    { kind: "export", name: "place", type: { kind: "type", equals: 0 } },
  );
  expect(await messages(bytes)).toEqual([
    'TENON_WASM_IMPORT_UNKNOWN: plugin.wasm imports "wasi:clocks/types@0.3.0", which neither its contract nor WASI provides',
  ]);
});

/** A command that imports functions without parameters. */
function command(...imports: readonly (readonly [from: string, what: string])[]): Uint8Array {
  return module(
    section(1, list([0x60, 0, 0])),
    section(2, list(...imports.map(([from, what]) => [...name(from), ...name(what), 0, 0]))),
    section(3, list([0])),
    section(7, list([...name("_start"), 0, imports.length])),
    section(10, list([2, 0, 0x0b])),
  );
}

test("a command may import preview 1", async () => {
  expect(await messages(command(["wasi_snapshot_preview1", "sched_yield"]))).toEqual([]);
});

test("what a command imports and nobody provides is reported", async () => {
  const bytes = command(
    ["env", "now"],
    ["wasi_snapshot_preview1", "fd_fly"],
    ["wasi_snapshot_preview1", "sched_yield"],
  );
  expect(await messages(bytes)).toEqual([
    'TENON_WASM_IMPORT_UNKNOWN: plugin.wasm imports the function "env" "now", which WASI preview 1 does not provide',
    'TENON_WASM_IMPORT_UNKNOWN: plugin.wasm imports the function "wasi_snapshot_preview1" "fd_fly", which WASI preview 1 does not provide',
  ]);
});
