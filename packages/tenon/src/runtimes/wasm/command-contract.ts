import { type Contract, contract, t } from "../../contract/index.js";

/** What every WASI command can do, in preview 1 as in 0.2: it runs once, from beginning to end. */
export const commandContract: Contract = contract("wasi:cli/command@0.2.0", {
  exports: {
    run: t.interface({
      run: t.func([], t.result(undefined, undefined), { docs: "Runs the program; its error case is a failed exit." }),
    }),
  },
});
