import { plugin } from "tenon/guest";
import { counter } from "../contract.js";

/** Its state is kept while it rests. */
export default plugin(counter, ({ imports, settings, lifecycle }) => {
  let visits = 0;
  lifecycle({
    save: () => visits,
    restore: (saved: number) => {
      visits = saved;
    },
  });
  return {
    async visit(name) {
      await imports.log(`${(settings as { greeting: string }).greeting}, ${name}`);
      return ++visits;
    },
  };
});
