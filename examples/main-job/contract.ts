import { contract, t } from "tenon";

/** What both sides agree on. For authors in other languages the same is in plugins/greeter.wit. */
export const greeter = contract("demo:greeter@1.0.0", {
  imports: { log: t.func([["message", t.string]]) },
  exports: {
    greet: t.func([["name", t.string]], t.string),
    served: t.func([], t.u32),
  },
});
