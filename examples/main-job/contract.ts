import { contract, t } from "tenon";

/** The contract of the host and its plugins. plugins/greeter.wit is the same for authors in other languages. */
export const greeter = contract("demo:greeter@1.0.0", {
  imports: { log: t.func([["message", t.string]]) },
  exports: {
    greet: t.func([["name", t.string]], t.string),
    served: t.func([], t.u32),
  },
});
