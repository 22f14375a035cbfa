;; A resource without a constructor, and with a static function that is called new.
(component
  (component $C
    (import "r" (type $r (sub resource)))
    (import "n" (func $n (result (own $r))))
    (export $e "response" (type $r))
    (export "[static]response.new" (func $n) (func (result (own $e)))))
  (core module $M (func (export "n") (result i32) (i32.const 1)))
  (core instance $m (instantiate $M))
  (type $R (resource (rep i32)))
  (core func $rnew (canon resource.new $R))
  (core module $M2 (import "" "new" (func $new (param i32) (result i32))) (func (export "n") (result i32) (call $new (i32.const 5))))
  (core instance $m2 (instantiate $M2 (with "" (instance (export "new" (func $rnew))))))
  (func $n (result (own $R)) (canon lift (core func $m2 "n")))
  (instance $i (instantiate $C (with "r" (type $R)) (with "n" (func $n))))
  (export "demo:kit/things" (instance $i)))
