import { contract, t } from "tenon";

export const guest = contract("demo:guest@1.0.0", {
  exports: {
    /** The process that the plugin runs in. */
    process: t.func([], t.u32),
    environment: t.func([["name", t.string]], t.option(t.string)),
    count: t.func([], t.u32),
    loop: t.func([]),
    exit: t.func([["code", t.u8]]),
  },
});
