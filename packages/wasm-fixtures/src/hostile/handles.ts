import type { HostileCase } from "./case.js";

/**
 * A component with two resource types, `a` and `b`. `run` may use their canonical functions.
 *
 * @param body core instructions of `run`, without a result, or with a handle if it returns an `a`.
 */
function resources(body: string, result: "" | "a" = ""): string {
  const core = result === "" ? "" : "(result i32)";
  return `(component
  (core module $destructors (func (export "drop") (param i32)))
  (core instance $destructor (instantiate $destructors))
  (type $a' (resource (rep i32) (dtor (core func $destructor "drop"))))
  (type $b' (resource (rep i32)))
  (core func $a.new (canon resource.new $a'))
  (core func $b.new (canon resource.new $b'))
  (core func $a.drop (canon resource.drop $a'))
  (core func $b.drop (canon resource.drop $b'))
  (core func $a.rep (canon resource.rep $a'))
  (core module $module
    (import "r" "a-new" (func $a.new (param i32) (result i32)))
    (import "r" "b-new" (func $b.new (param i32) (result i32)))
    (import "r" "a-drop" (func $a.drop (param i32)))
    (import "r" "b-drop" (func $b.drop (param i32)))
    (import "r" "a-rep" (func $a.rep (param i32) (result i32)))
    (func (export "run") ${core} (local $handle i32) ${body}))
  (core instance $instance (instantiate $module (with "r" (instance
    (export "a-new" (func $a.new)) (export "b-new" (func $b.new))
    (export "a-drop" (func $a.drop)) (export "b-drop" (func $b.drop)) (export "a-rep" (func $a.rep))))))
  ${result === "" ? lifted : liftedWithType})`;
}

const lifted = '(func (export "run") (canon lift (core func $instance "run")))';

/** The type of a function's result must be exported as well: from an interface, as in a contract. */
const liftedWithType = `
  (func $run (result (own $a')) (canon lift (core func $instance "run")))
  (component $shape
    (import "type-a" (type $a (sub resource)))
    (import "func-run" (func $run (result (own $a))))
    (export $exported "a" (type $a))
    (export "run" (func $run) (func (result (own $exported)))))
  (instance $things (instantiate $shape (with "type-a" (type $a')) (with "func-run" (func $run))))
  (export "test:hostile/things@1.0.0" (instance $things))`;

function misuses(name: string, body: string, result: "" | "a" = ""): HostileCase {
  return { name, make: () => resources(body, result), when: "call", code: "TENON_WASM_ABI" };
}

const made = "(local.set $handle (call $a.new (i32.const 7)))";

/** Plugins that use handles that they do not hold, or handles of another type. */
export const handles: readonly HostileCase[] = [
  misuses("handle-never-given", "(i32.const 77)", "a"),
  misuses("handle-zero", "(i32.const 0)", "a"),
  misuses("handle-negative", "(i32.const -1)", "a"),
  misuses("handle-of-another-type", "(call $b.new (i32.const 7))", "a"),
  misuses("handle-dropped-twice", `${made} (call $a.drop (local.get $handle)) (call $a.drop (local.get $handle))`),
  misuses("handle-dropped-as-another-type", `${made} (call $b.drop (local.get $handle))`),
  misuses("handle-given-after-drop", `${made} (call $a.drop (local.get $handle)) (local.get $handle)`, "a"),
  misuses(
    "handle-asked-after-drop",
    `${made} (call $a.drop (local.get $handle)) (drop (call $a.rep (local.get $handle)))`,
  ),
  misuses("handle-asked-of-another-type", "(drop (call $a.rep (call $b.new (i32.const 7))))"),
  {
    name: "endless-handles",
    make: () => resources("(loop $again (drop (call $a.new (i32.const 1))) (br $again))"),
    when: "call",
    code: "TENON_WASM_ABI",
    limits: { deadline: 60_000 },
  },
  {
    // The plugin still holds the borrowed handle after the call.
    name: "borrow-kept",
    make: () => `(component
  (type $a' (resource (rep i32)))
  (core func $new (canon resource.new $a'))
  (component $inner
    (import "a" (type $a (sub resource)))
    (core module $module (func (export "keep") (param i32)))
    (core instance $instance (instantiate $module))
    (func (export "keep") (param "a" (borrow $a)) (canon lift (core func $instance "keep"))))
  (instance $kept (instantiate $inner (with "a" (type $a'))))
  (core func $keep (canon lower (func $kept "keep")))
  (core module $module
    (import "r" "new" (func $new (param i32) (result i32)))
    (import "r" "keep" (func $keep (param i32)))
    (func (export "run") (call $keep (call $new (i32.const 1)))))
  (core instance $instance (instantiate $module
    (with "r" (instance (export "new" (func $new)) (export "keep" (func $keep))))))
  (func (export "run") (canon lift (core func $instance "run"))))`,
    when: "call",
    code: "TENON_WASM_ABI",
  },
  {
    // An inner component returns a handle that only the outer one holds.
    name: "handle-of-another-instance",
    make: () => `(component
  (type $a' (resource (rep i32)))
  (core func $new (canon resource.new $a'))
  (component $inner
    (import "a" (type $a (sub resource)))
    (core module $module (func (export "steal") (result i32) (i32.const 1)))
    (core instance $instance (instantiate $module))
    (func (export "steal") (result (own $a)) (canon lift (core func $instance "steal"))))
  (instance $thief (instantiate $inner (with "a" (type $a'))))
  (core func $steal (canon lower (func $thief "steal")))
  (core module $module
    (import "r" "new" (func $new (param i32) (result i32)))
    (import "r" "steal" (func $steal (result i32)))
    (func (export "run") (drop (call $new (i32.const 1))) (drop (call $steal))))
  (core instance $instance (instantiate $module
    (with "r" (instance (export "new" (func $new)) (export "steal" (func $steal))))))
  (func (export "run") (canon lift (core func $instance "run"))))`,
    when: "call",
    code: "TENON_WASM_ABI",
  },
];
