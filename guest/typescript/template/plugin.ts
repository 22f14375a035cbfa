import { plugin } from "tenon/guest";
import { greeter } from "./contract.js";

export default plugin(greeter, ({ imports, settings }) => {
  const { greeting } = settings as { greeting: string };
  return {
    async greet(name) {
      await imports.log(`greeting ${name}`);
      return `${greeting}, ${name}!`;
    },
  };
});
