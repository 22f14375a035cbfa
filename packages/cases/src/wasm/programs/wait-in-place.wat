;; An async function type, lifted synchronously: it waits where it stands.
(component
  (import "wait" (func $wait async (result u32)))
  (core module $Mem (memory (export "mem") 1))
  (core instance $mem (instantiate $Mem))
  (core func $wait' (canon lower (func $wait) async (memory (core memory $mem "mem"))))
  (core func $new (canon waitable-set.new))
  (core func $join (canon waitable.join))
  (core func $block (canon waitable-set.wait (memory (core memory $mem "mem"))))
  (core module $M
    (import "" "mem" (memory 1))
    (import "" "wait" (func $wait (param i32) (result i32)))
    (import "" "new" (func $new (result i32)))
    (import "" "join" (func $join (param i32 i32)))
    (import "" "block" (func $block (param i32 i32) (result i32)))
    (func (export "run") (result i32) (local $r i32) (local $s i32)
      (local.set $r (call $wait (i32.const 0)))
      (if (i32.ne (i32.and (local.get $r) (i32.const 15)) (i32.const 2)) (then
        (local.set $s (call $new))
        (call $join (i32.shr_u (local.get $r) (i32.const 4)) (local.get $s))
        (drop (call $block (local.get $s) (i32.const 16)))))
      (i32.load (i32.const 0))))
  (core instance $m (instantiate $M (with "" (instance
    (export "mem" (memory $mem "mem")) (export "wait" (func $wait')) (export "new" (func $new)) (export "join" (func $join)) (export "block" (func $block))))))
  (func (export "run") async (result u32) (canon lift (core func $m "run"))))
