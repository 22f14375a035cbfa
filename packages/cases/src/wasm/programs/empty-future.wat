;; A future without a value has nothing in memory: any pointer will do, here 0xdeadbeef.
(component
  (core module $M
    (import "" "new" (func $new (result i64))) (import "" "write" (func $write (param i32 i32) (result i32)))
    (func (export "f") (result i32) (call $write (i32.wrap_i64 (i64.shr_u (call $new) (i64.const 32))) (i32.const 0xdeadbeef))))
  (type $F (future))
  (core func $new (canon future.new $F)) (core func $write (canon future.write $F async))
  (core instance $m (instantiate $M (with "" (instance (export "new" (func $new)) (export "write" (func $write))))))
  (func (export "f") (result s32) (canon lift (core func $m "f"))))
