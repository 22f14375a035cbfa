;; Texts in each encoding that the canonical ABI knows: every function answers with the text it was given, as it stands in
;; memory, once at once and once by asking the host.
(component
  (import "host" (instance $host
    (export "utf8" (func (param "text" string) (result string)))
    (export "utf16" (func (param "text" string) (result string)))
    (export "latin1" (func (param "text" string) (result string)))))
  (core module $memory
    (memory (export "memory") 2)
    (global $next (mut i32) (i32.const 1024))
    ;; Never frees, and cannot enlarge what it gave; the host's result area is the first KiB.
    (func (export "realloc") (param $old i32) (param $size i32) (param $alignment i32) (param $new i32) (result i32)
      (local $at i32)
      (if (i32.or (local.get $old) (local.get $size)) (then (unreachable)))
      (local.set $at
        (i32.and
          (i32.add (global.get $next) (i32.sub (local.get $alignment) (i32.const 1)))
          (i32.sub (i32.const 0) (local.get $alignment))))
      (global.set $next (i32.add (local.get $at) (local.get $new)))
      (block $fits
        (br_if $fits (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
        (drop (memory.grow (i32.add (i32.div_u (local.get $new) (i32.const 65536)) (i32.const 1)))))
      (local.get $at)))
  (core instance $m (instantiate $memory))
  (alias core export $m "memory" (core memory $mem))
  (alias core export $m "realloc" (core func $realloc))
  (core func $utf8 (canon lower (func $host "utf8") (memory $mem) (realloc $realloc) string-encoding=utf8))
  (core func $utf16 (canon lower (func $host "utf16") (memory $mem) (realloc $realloc) string-encoding=utf16))
  (core func $latin1 (canon lower (func $host "latin1") (memory $mem) (realloc $realloc) string-encoding=latin1+utf16))
  (core module $echo
    (import "memory" "memory" (memory 0))
    (import "host" "utf8" (func $utf8 (param i32 i32 i32)))
    (import "host" "utf16" (func $utf16 (param i32 i32 i32)))
    (import "host" "latin1" (func $latin1 (param i32 i32 i32)))
    (func (export "echo") (param i32 i32) (result i32)
      (i32.store (i32.const 0) (local.get 0))
      (i32.store (i32.const 4) (local.get 1))
      (i32.const 0))
    (func (export "ask-utf8") (param i32 i32) (result i32)
      (call $utf8 (local.get 0) (local.get 1) (i32.const 0))
      (i32.const 0))
    (func (export "ask-utf16") (param i32 i32) (result i32)
      (call $utf16 (local.get 0) (local.get 1) (i32.const 0))
      (i32.const 0))
    (func (export "ask-latin1") (param i32 i32) (result i32)
      (call $latin1 (local.get 0) (local.get 1) (i32.const 0))
      (i32.const 0)))
  (core instance $e (instantiate $echo
    (with "memory" (instance $m))
    (with "host" (instance
      (export "utf8" (func $utf8)) (export "utf16" (func $utf16)) (export "latin1" (func $latin1))))))
  (func (export "utf8") (param "text" string) (result string)
    (canon lift (core func $e "echo") (memory $mem) (realloc $realloc) string-encoding=utf8))
  (func (export "utf16") (param "text" string) (result string)
    (canon lift (core func $e "echo") (memory $mem) (realloc $realloc) string-encoding=utf16))
  (func (export "latin1") (param "text" string) (result string)
    (canon lift (core func $e "echo") (memory $mem) (realloc $realloc) string-encoding=latin1+utf16))
  (func (export "ask-utf8") (param "text" string) (result string)
    (canon lift (core func $e "ask-utf8") (memory $mem) (realloc $realloc) string-encoding=utf8))
  (func (export "ask-utf16") (param "text" string) (result string)
    (canon lift (core func $e "ask-utf16") (memory $mem) (realloc $realloc) string-encoding=utf16))
  (func (export "ask-latin1") (param "text" string) (result string)
    (canon lift (core func $e "ask-latin1") (memory $mem) (realloc $realloc) string-encoding=latin1+utf16))
)
