import { contract, t } from "tenon";

/** Counts visits, and says so through a function of the host. */
export const counter = contract("demo:counter@1.0.0", {
  imports: { log: t.func([["line", t.string]]) },
  exports: { visit: t.func([["name", t.string]], t.u32) },
});
