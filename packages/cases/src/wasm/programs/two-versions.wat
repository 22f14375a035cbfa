;; A command for two versions of WASI, which compilers for both produce.
(component
  (core module $M (func (export "f") (result i32) (i32.const 0)))
  (core instance $m (instantiate $M))
  (func $f (result (result)) (canon lift (core func $m "f")))
  (instance $i (export "run" (func $f)))
  (export "wasi:cli/run@0.2.0" (instance $i))
  (export "wasi:cli/run@0.3.0" (instance $i)))
