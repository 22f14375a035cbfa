import { beforeAll, expect, test } from "vitest";
import { type Component, readComponent } from "../../tenon/src/binary/component/index.js";
import { linkComponent } from "../../tenon/src/runtimes/wasm/component/linker.js";
import { importMemory } from "../../tenon/src/runtimes/wasm/limits/lent-memory.js";
import { LinkRecord } from "../../tenon/src/runtimes/wasm/state/link-record.js";
import { parseText } from "./text-format.js";

/** What toolchains generate: a module with state, and two that only connect it with what it imports. */
const text = `
(component
  (import "double" (func $double (param "x" u32) (result u32)))
  (core module $shim
    (type $f (func (param i32) (result i32)))
    (table (export "table") 1 1 funcref)
    (func (export "double") (type $f) local.get 0 i32.const 0 call_indirect (type $f)))
  (core module $main
    (import "shim" "double" (func $double (param i32) (result i32)))
    (memory (export "memory") 1 3)
    (global $count (mut i32) (i32.const 0))
    (data (i32.const 40000) "\\05")
    ;; Adds up what a new instance has: 1 page, 0 calls, 0 at 100, 5 at 40000; and changes all of it.
    (func (export "state") (result i32)
      (i32.add (call $double (memory.size)) (i32.add (global.get $count)
        (i32.add (i32.load8_u (i32.const 100)) (i32.load8_u (i32.const 40000)))))
      (global.set $count (i32.add (global.get $count) (i32.const 1000)))
      (i32.store8 (i32.const 100) (i32.const 100))
      (i32.store8 (i32.const 40000) (i32.const 100)))
    (func (export "grow") (result i32) (memory.grow (i32.const 1))))
  (core module $fixup
    (import "to" "table" (table 1 1 funcref))
    (import "from" "double" (func $f (param i32) (result i32)))
    (elem (i32.const 0) func $f))
  (core instance $s (instantiate $shim))
  (core instance $m (instantiate $main (with "shim" (instance $s))))
  (core func $lowered (canon lower (func $double)))
  (core instance (instantiate $fixup
    (with "to" (instance (export "table" (table $s "table"))))
    (with "from" (instance (export "double" (func $lowered))))))
  (func (export "state") (result u32) (canon lift (core func $m "state")))
  (func (export "grow") (result s32) (canon lift (core func $m "grow"))))`;

let component: Component;
beforeAll(async () => {
  ({ component } = readComponent(await parseText(text, "renewed.wat")));
}, 60_000);

function linked(lends: boolean) {
  const plugin = { subject: "renewed.wat", limit: 0, sources: new Map(), states: [], onTrap() {} };
  const { exports, renew } = linkComponent(component, {
    plugin,
    suspends: false,
    record: new LinkRecord(),
    module: (bytes) => new WebAssembly.Module(new Uint8Array(lends ? importMemory(bytes) : bytes)),
    source: () => ({
      function: (_, type) => ({
        sort: "function",
        value: { type, label: "double", call: (x: number) => 2 * x, start: undefined },
      }),
      resource: () => expect.unreachable(),
    }),
  });
  const call = (name: string) => {
    const found = exports.get(name);
    if (found?.sort !== "function") throw new Error(`no function ${name}`);
    return found.value.call();
  };
  return { call, renew: renew! };
}

test.each([true, false])("a renewed instance finds nothing of the last one; memory lent: %s", (lends) => {
  const { call, renew } = linked(lends);
  for (let request = 0; request < 5; request++) {
    expect(call("state")).toBe(2 + 5);
    expect(call("state")).toBe(2 + 1000 + 100 + 100);
    // A memory that has grown is not lent again.
    if (request % 2 === 1) {
      expect(call("grow")).toBe(1);
      expect(call("state")).toBe(4 + 2000 + 100 + 100);
    }
    renew();
  }
});

test("renewing instantiates only what has state", () => {
  const { renew } = linked(true);
  const exported: string[][] = [];
  const { Instance } = WebAssembly;
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, [module, imports]) {
      exported.push(WebAssembly.Module.exports(module).map(({ name }) => name));
      return new target(module, imports);
    },
  });
  try {
    renew();
  } finally {
    WebAssembly.Instance = Instance;
  }
  expect(exported).toEqual([["memory", "state", "grow"]]);
});
