;; The allocator sees task-local storage of its own, and does not change that of the task.
(component
  (core func $get (canon context.get i32 0)) (core func $set (canon context.set i32 0))
  (core module $M
    (import "" "get" (func $get (result i32))) (import "" "set" (func $set (param i32)))
    (memory (export "mem") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (call $set (i32.const 7)) (i32.const 64))
    (func (export "f") (param i32 i32) (result i32) (call $get)))
  (core instance $m (instantiate $M (with "" (instance (export "get" (func $get)) (export "set" (func $set))))))
  (func (export "f") (param "s" string) (result u32) (canon lift (core func $m "f") (memory (core memory $m "mem")) (realloc (core func $m "realloc")))))
