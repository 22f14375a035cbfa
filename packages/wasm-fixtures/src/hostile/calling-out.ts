import type { HostileCase } from "./case.js";
import { guest } from "./guest.js";

const host = '(import "take" (func $take)) (core func $lowered (canon lower (func $take)))';
const given = '(with "host" (instance (export "take" (func $lowered))))';
const imported = '(import "host" "take" (func $take))';

/** Plugins that call out where the canonical ABI does not allow it, and plugins that wait forever. */
export const callingOut: readonly HostileCase[] = [
  {
    name: "call-out-in-realloc",
    make: () =>
      guest({
        before: host,
        with: given,
        definitions: imported,
        type: '(param "text" string)',
        parameters: "(param i32 i32)",
        realloc: "(call $take) (i32.const 1024)",
        body: "",
      }),
    when: "call",
    parameters: ["text"],
    code: "TENON_WASM_ABI",
  },
  {
    name: "call-out-in-post-return",
    make: () =>
      guest({
        before: host,
        with: given,
        definitions: imported,
        type: "(result u32)",
        results: "i32",
        body: "(i32.const 1)",
        postReturn: "(call $take)",
      }),
    when: "call",
    code: "TENON_WASM_ABI",
  },
  {
    // The host's function calls the plugin back.
    name: "reentrance",
    make: () => guest({ before: host, with: given, definitions: imported, body: "(call $take)" }),
    when: "call",
    code: "TENON_WASM_BUSY",
    callsBack: true,
    places: ["inline"],
  },
  {
    name: "result-that-never-comes",
    make: () => asynchronous("(i32.or (i32.const 2) (i32.shl (call $new) (i32.const 4)))", "(i32.const 0)"),
    when: "call",
    code: "TENON_CALL_DEADLINE",
    limits: { deadline: 300 },
  },
  {
    name: "exit-without-result",
    make: () => asynchronous("(i32.const 0)", "(i32.const 0)"),
    when: "call",
    code: "TENON_WASM_ABI",
  },
  {
    name: "wait-for-a-set-never-given",
    make: () => asynchronous("(i32.or (i32.const 2) (i32.shl (i32.const 99) (i32.const 4)))", "(i32.const 0)"),
    when: "call",
    code: "TENON_WASM_ABI",
  },
  {
    name: "status-that-does-not-exist",
    make: () => asynchronous("(i32.const 15)", "(i32.const 0)"),
    when: "call",
    code: "TENON_WASM_ABI",
  },
  {
    name: "endless-yield",
    make: () => asynchronous("(i32.const 1)", "(i32.const 1)"),
    when: "call",
    code: "TENON_CALL_DEADLINE",
    limits: { deadline: 300 },
  },
];

/** A component whose `run` is an async function with a callback: core instructions that return a status. */
function asynchronous(body: string, callback: string): string {
  return `(component
  (core func $new (canon waitable-set.new))
  (core func $return (canon task.return))
  (core module $module
    (import "task" "new" (func $new (result i32)))
    (import "task" "return" (func $return))
    (func (export "run") (result i32) ${body})
    (func (export "callback") (param i32 i32 i32) (result i32) ${callback}))
  (core instance $instance (instantiate $module
    (with "task" (instance (export "new" (func $new)) (export "return" (func $return))))))
  (func (export "run") async (canon lift (core func $instance "run") async (callback (core func $instance "callback")))))`;
}
