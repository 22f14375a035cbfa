import { type Contract, contract, t } from "../../../contract/index.js";
import { commandProgram } from "../../../program/command-program-contract.js";

/** The contract of every WASI command, of preview 1 and 0.2: it runs once, from start to end. */
export const commandContract: Contract = contract("wasi:cli/command@0.2.0", {
  exports: {
    run: t.interface({
      run: t.func([], t.result(undefined, undefined), {
        docs: "Runs the program. The error case means that it exited with a failure.",
      }),
    }),
    program: commandProgram,
  },
});
