;; Two components of wit-bindgen in one. A component that is named and quoted stands for the component of that crate.
(component
  (import "log" (func $log (param "message" string)))
  (component $shouter "shouter")
  (component $speaker "speaker")
  (instance $shouting (instantiate $shouter))
  (alias export $shouting "demo:parts/shout@1.0.0" (instance $shout))
  (instance $speaking (instantiate $speaker
    (with "log" (func $log))
    (with "demo:parts/shout@1.0.0" (instance $shout))))
  (export "greet" (func $speaking "greet"))
)
