/** Allocates memories until the engine refuses, then opens a plugin. */
import { createHost } from "tenon";

const memories = [];
let refusal = "";
try {
  for (;;) memories.push(new WebAssembly.Memory({ initial: 1, maximum: 1 }));
} catch (refused) {
  refusal = /** @type {Error} */ (refused).message;
}
const [, , component = ""] = process.argv;
const code = await createHost()
  .open(component)
  .then(
    () => "an instance",
    (error) => error.code,
  );
console.log(JSON.stringify({ count: memories.length, refusal, code }));
process.exit();
