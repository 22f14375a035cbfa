;; A command that imports a function which is in no version of WASI.
(module
  (import "env" "no_such_function" (func))
  (memory (export "memory") 1)
  (func (export "_start") (call 0)))
