import { plugin } from "tenon/guest";
import { greeter } from "../contract.js";

/** Plugin 1 is TypeScript, typed by the contract. It hands its count over to its replacement. */
export default plugin(greeter, ({ imports, lifecycle }) => {
  let served = 0;
  lifecycle({
    save: () => ({ served }),
    restore: (state: { served: number }) => {
      served = state.served;
    },
  });
  return {
    async greet(name) {
      served++;
      if (served === 1) await imports.log("plugin 1 greets for the first time");
      return `Hello, ${name}, from plugin 1!`;
    },
    served: () => served,
  };
});
