import { component, concat, section, signed, text, unsigned } from "./bytes.js";
import type { HostileCase } from "./case.js";
import { guest } from "./guest.js";

const greeter = "package test:hostile; world hostile { export run: func() -> string; }";
const plain = '(memory (export "memory") 1)';
/** A module with one export that returns a number. */
const answering = guest({ type: "(result u32)", results: "i32", body: "(i32.const 1)" });

/** Plugins that are not what they claim to be, that import unknown functions, or that are too large in some dimension. */
export const structure: readonly HostileCase[] = [
  {
    name: "import-of-an-unknown-function",
    make: () => guest({ before: '(import "evil:things/root" (instance (export "take" (func))))', body: "" }),
    contract: "package test:hostile; world hostile { export run: func(); }",
    when: "check",
    code: "TENON_CONTRACT_BREAKS",
  },
  {
    name: "import-that-is-not-provided",
    make: () => guest({ before: '(import "evil:things/root" (instance (export "take" (func))))', body: "" }),
    when: "open",
    code: "TENON_IMPORT_MISSING",
  },
  {
    name: "import-of-an-unknown-core-function",
    make: () => `(module (import "env" "take" (func)) ${plain} (func (export "run")))`,
    contract: "package test:hostile; world hostile { export run: func(); }",
    when: "check",
    code: "TENON_WASM_IMPORT_UNKNOWN",
  },
  {
    name: "export-missing-in-a-module",
    make: () => `(module ${plain})`,
    contract: greeter,
    when: "check",
    code: "TENON_WASM_EXPORT_MISSING",
  },
  {
    name: "export-of-another-core-type",
    make: () => `(module ${plain} (func (export "run") (param i64)))`,
    contract: greeter,
    when: "check",
    code: "TENON_WASM_EXPORT_TYPE",
  },
  {
    name: "export-that-is-not-a-function",
    make: () => `(module ${plain} (global (export "run") i32 (i32.const 0)))`,
    contract: greeter,
    when: "check",
    code: "TENON_WASM_EXPORT_MISSING",
  },
  {
    name: "module-without-memory",
    make: () => '(module (func (export "run") (result i32) (i32.const 0)))',
    contract: greeter,
    when: "check",
    code: "TENON_WASM_EXPORT_MISSING",
  },
  {
    // It carries the host's contract, but its exports belong to another one.
    name: "module-that-lies-about-its-contract",
    make: () => `(module (@custom "tenon:contract" "${greeter}") ${plain} (func (export "runs") (param i64)))`,
    contract: greeter,
    when: "check",
    code: "TENON_WASM_EXPORT_MISSING",
  },
  {
    name: "component-of-another-contract",
    make: () => answering,
    contract: greeter,
    when: "check",
    code: "TENON_CONTRACT_BREAKS",
  },
  {
    // The section claims the host's contract, but the component's own types count.
    name: "component-that-lies-about-its-contract",
    make: () => answering.replace("(component", `(component (@custom "tenon:contract" "${greeter}")`),
    contract: greeter,
    when: "check",
    code: "TENON_CONTRACT_BREAKS",
  },
  {
    name: "lift-of-another-core-type",
    make: () => component(liftOfAnotherType()),
    when: "check",
    code: "TENON_COMPONENT_INVALID",
  },
  {
    name: "start-that-traps",
    make: () => guest({ definitions: "(func $start (unreachable)) (start $start)", body: "" }),
    when: "open",
    code: "TENON_LOAD_FAILED",
  },
  {
    name: "data-outside-memory",
    make: () => guest({ definitions: '(data (memory 0) (i32.const 65535) "two")', body: "" }),
    when: "open",
    code: "TENON_LOAD_FAILED",
  },
  {
    name: "exit-in-a-call",
    make: () => `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) ${plain}
      (func (export "run") (call $exit (i32.const 0))))`,
    contract: "package test:hostile; world hostile { export run: func(); }",
    when: "call",
    code: "TENON_PLUGIN_CRASHED",
  },
  {
    name: "exit-in-start",
    make: () => `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) ${plain}
      (func (export "_initialize") (call $exit (i32.const 0))) (func (export "run")))`,
    contract: "package test:hostile; world hostile { export run: func(); }",
    when: "open",
    code: "TENON_LOAD_FAILED",
  },
  {
    name: "code-that-does-not-validate",
    make: () => component(section(1, moduleOfBytes([1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 6, 1, 4, 0, 0x41, 0, 0x0b]))),
    when: "check",
    code: "TENON_WASM_INVALID",
  },
  {
    name: "nested-three-thousand-deep",
    make: () => {
      let inner = component();
      for (let depth = 0; depth < 3000; depth++) inner = component(section(4, inner));
      return inner;
    },
    when: "check",
    code: "TENON_BINARY_MALFORMED",
  },
  {
    name: "too-many-instances",
    make: () => instances(30, 10),
    when: "open",
    code: "TENON_WASM_LIMIT",
  },
  {
    name: "types-that-double",
    make: () => doubling(60),
    when: "check",
    code: "TENON_COMPONENT_INVALID",
  },
  {
    name: "types-nested-ten-thousand-deep",
    make: () => {
      const types = Array.from({ length: 10_000 }, (_, index) => [0x70, ...(index === 0 ? [0x7d] : signed(index - 1))]);
      return component(section(7, concat(unsigned(types.length), ...types.map((type) => Uint8Array.from(type)))));
    },
    when: "check",
    code: "TENON_COMPONENT_INVALID",
  },
  {
    name: "count-beyond-the-file",
    make: () => component(section(7, Uint8Array.from(unsigned(0xffff_ffff)))),
    when: "check",
    code: "TENON_BINARY_MALFORMED",
  },
  {
    name: "section-beyond-the-file",
    make: () => concat(component(), Uint8Array.from([1, ...unsigned(0xffff_fff0)])),
    when: "check",
    code: "TENON_BINARY_MALFORMED",
  },
  {
    name: "a-million-data-segments",
    make: () => {
      const count = 1_000_000;
      const segments = new Uint8Array(count * 2).map((_, index) => (index % 2 === 0 ? 1 : 0));
      return component(section(1, moduleOfBytes([5, 3, 1, 0, 1], section(11, concat(unsigned(count), segments)))));
    },
    when: "check",
    code: "TENON_WASM_INVALID",
  },
];

/** A core module made of the given sections. */
function moduleOfBytes(...sections: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return concat([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], ...sections);
}

/** A component that lifts a core function of type `(i64)` as `func()`. */
function liftOfAnotherType(): Uint8Array {
  const type = [1, 5, 1, 0x60, 1, 0x7e, 0];
  const rest = [3, 2, 1, 0, 7, 5, 1, ...text("f"), 0, 0, 10, 4, 1, 2, 0, 0x0b];
  return concat(
    section(1, moduleOfBytes(type, rest)),
    section(2, [1, 0, 0, 0]), // core instance: module 0, no arguments
    section(6, [1, 0, 0, 1, 0, ...text("f")]), // alias of its core function f
    section(7, [1, 0x40, 0, 1, 0]), // type func()
    section(8, [1, 0, 0, 0, 0, 0]), // lift core function 0 as type 0
    section(11, [1, 0, ...text("run"), 1, 0, 0]),
  );
}

/** Nested components: each instantiates the previous one `width` times. */
function instances(depth: number, width: number): Uint8Array {
  const one = (inner: Uint8Array) =>
    component(
      section(4, inner),
      section(5, concat(unsigned(width), ...Array.from({ length: width }, () => [0, 0, 0]))),
    );
  let all = component();
  for (let level = 0; level < depth; level++) all = one(all);
  return all;
}

/** Tuples that contain the previous tuple twice: 2 to the power of `depth` values in total. */
function doubling(depth: number): Uint8Array {
  const types: number[][] = [[0x6f, 2, 0x7d, 0x7d]];
  while (types.length < depth) {
    const before = signed(types.length - 1);
    types.push([0x6f, 2, ...before, ...before]);
  }
  types.push([0x40, 1, ...text("x"), ...signed(types.length - 1), 1, 0]);
  return component(section(7, concat(unsigned(types.length), ...types)));
}
