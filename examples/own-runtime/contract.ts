import { contract, t } from "tenon";

export const greeter = contract("demo:greeter@1.0.0", {
  exports: {
    greet: t.func([["name", t.string]], t.string),
    curse: t.func([["name", t.string]], t.string),
    leave: t.func([]),
  },
});
