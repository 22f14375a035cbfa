import { contract, t } from "tenon";

/** The contract of host and plugin. Usually the host's author publishes it, and you import it. */
export const greeter = contract("demo:greeter@1.0.0", {
  imports: { log: t.func([["message", t.string]]) },
  exports: { greet: t.func([["name", t.string]], t.string) },
});
