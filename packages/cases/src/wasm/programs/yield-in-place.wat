;; Code that yields the thread in an infinite loop.
(component
  (core func $yield (canon thread.yield))
  (core module $CM
    (import "" "yield" (func $yield (result i32)))
    (func (export "spin") (loop $l (drop (call $yield)) (br $l))))
  (core instance $cm (instantiate $CM (with "" (instance (export "yield" (func $yield))))))
  (func (export "spin") async (canon lift (core func $cm "spin"))))
