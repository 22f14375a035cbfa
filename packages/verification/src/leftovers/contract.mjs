import { contract, t } from "tenon";

/** What the plugins of this campaign do. */
export const greeter = contract("demo:greeter@1.0.0", {
  exports: { greet: t.func([["name", t.string]], t.string) },
});
