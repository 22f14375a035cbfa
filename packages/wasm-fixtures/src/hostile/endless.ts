import { elsewhere, type HostileCase } from "./case.js";
import { guest } from "./guest.js";

const loop = "(loop $again (br $again))";
const limits = { load: 4000, deadline: 1000 };

/** Pages that all memories together may have. */
const hoardPages = 512;

/** Plugins that never stop, and plugins that allocate without limit. */
export const endless: readonly HostileCase[] = [
  {
    name: "loop-in-start",
    make: () => guest({ definitions: `(func $start ${loop}) (start $start)`, body: "" }),
    when: "open",
    code: "TENON_LOAD_DEADLINE",
    places: elsewhere,
    limits,
  },
  {
    name: "loop-in-initialize",
    make: () => `(module (memory (export "memory") 1) (func (export "_initialize") ${loop}) (func (export "run")))`,
    contract: "package test:hostile; world hostile { export run: func(); }",
    when: "open",
    code: "TENON_LOAD_DEADLINE",
    places: elsewhere,
    limits,
  },
  {
    name: "loop-in-call",
    make: () => guest({ body: loop }),
    when: "call",
    code: "TENON_CALL_DEADLINE",
    places: elsewhere,
    limits,
  },
  {
    // It holds the thread, and gives its host a chance to end it.
    name: "yields-for-ever",
    make: () =>
      guest({
        before: "(core func $yield (canon thread.yield))",
        definitions: '(import "host" "yield" (func $yield (result i32)))',
        with: '(with "host" (instance (export "yield" (func $yield))))',
        body: "(loop $again (drop (call $yield)) (br $again))",
      }),
    when: "call",
    code: "TENON_CALL_DEADLINE",
    limits,
  },
  {
    name: "loop-in-realloc",
    make: () =>
      guest({
        type: '(param "text" string)',
        parameters: "(param i32 i32)",
        realloc: `${loop} (unreachable)`,
        body: "",
      }),
    when: "call",
    parameters: ["text"],
    code: "TENON_CALL_DEADLINE",
    places: elsewhere,
    limits,
  },
  {
    name: "loop-in-post-return",
    make: () => guest({ type: "(result u32)", results: "i32", body: "(i32.const 1)", postReturn: loop }),
    when: "call",
    code: "TENON_CALL_DEADLINE",
    places: elsewhere,
    limits,
  },
  {
    name: "recursion",
    make: () =>
      guest({
        definitions: "(func $deeper (param i64) (result i64) (i64.add (call $deeper (local.get 0)) (local.get 0)))",
        body: "(drop (call $deeper (i64.const 1)))",
      }),
    when: "call",
    code: "TENON_WASM_STACK",
  },
  {
    name: "recursion-in-start",
    make: () =>
      guest({
        definitions: `(func $deeper (param i64) (result i64) (i64.add (call $deeper (local.get 0)) (local.get 0)))
          (func $start (drop (call $deeper (i64.const 1)))) (start $start)`,
        body: "",
      }),
    when: "open",
    code: "TENON_LOAD_FAILED",
  },
  {
    name: "endless-memory",
    make: () =>
      guest({
        body: "(loop $again (br_if $again (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) (unreachable)",
      }),
    when: "call",
    code: "TENON_WASM_TRAP",
    limits: { memory: 32 * 2 ** 20 },
  },
  {
    name: "endless-memories",
    make: () => hoard(3, 1),
    when: "call",
    code: "TENON_WASM_TRAP",
    limits: { memory: hoardPages * 2 ** 16 },
  },
  {
    name: "memories-beyond-the-limit",
    make: () => hoard(40, 16),
    when: "open",
    code: "TENON_WASM_LIMIT",
    limits: { memory: hoardPages * 2 ** 16 },
  },
  {
    name: "endless-table",
    make: () =>
      guest({
        definitions: "(table $table 1 funcref)",
        body: `(loop $again
          (br_if $again (i32.ne (table.grow $table (ref.null func) (i32.const 1000)) (i32.const -1)))) (unreachable)`,
      }),
    when: "call",
    code: "TENON_WASM_TRAP",
    limits: { table: 10_000 },
  },
  {
    name: "memory-of-four-gibibytes",
    make: () => guest({ memory: "65536", body: "" }),
    when: "open",
    code: "TENON_WASM_LIMIT",
    limits: { memory: 64 * 2 ** 20 },
  },
  {
    name: "table-of-ten-million",
    make: () => guest({ definitions: "(table 10000000 funcref)", body: "" }),
    when: "open",
    code: "TENON_WASM_LIMIT",
    limits: { table: 1000 },
  },
];

/** Instances of one module, each of which fills its memory. `run` fails if they have no more than {@link hoardPages} together. */
function hoard(instances: number, pages: number): string {
  const each = (make: (number: number) => string) => Array.from({ length: instances }, (_, at) => make(at)).join(" ");
  return `(component
  (core module $hoard
    (memory ${pages})
    (func (export "fill") (result i32)
      (loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
      (memory.size)))
  ${each((at) => `(core instance $hoard${at} (instantiate $hoard))`)}
  (core module $main
    ${each((at) => `(import "hoard${at}" "fill" (func $fill${at} (result i32)))`)}
    (func (export "run") (local $sum i32)
      ${each((at) => `(local.set $sum (i32.add (local.get $sum) (call $fill${at})))`)}
      (if (i32.le_u (local.get $sum) (i32.const ${hoardPages})) (then (unreachable)))))
  (core instance $main (instantiate $main ${each((at) => `(with "hoard${at}" (instance $hoard${at}))`)}))
  (func (export "run") (canon lift (core func $main "run"))))`;
}
