;; A component that calls a host function synchronously in each call.
(component
  (import "ran" (func $ran (param "token" u32)))
  (core func $lowered (canon lower (func $ran)))
  (core module $program
    (import "host" "ran" (func $ran (param i32)))
    (func (export "work") (param i32) (result i32)
      (call $ran (local.get 0))
      (local.get 0)))
  (core instance $instance (instantiate $program (with "host" (instance (export "ran" (func $lowered))))))
  (func (export "work") (param "token" u32) (result u32)
    (canon lift (core func $instance "work"))))
