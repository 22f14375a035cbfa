// node: --import tsx
// Calls of several callers queue, in order, while a component waits for a host function. Only a call by that host function
// itself is refused: it could never begin.
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";
import { fromText } from "./from-text.mjs";

const token = /** @type {const} */ ([["token", t.u32]]);
/** @param {{ async: boolean }} options */
const demo = (options) =>
  contract("demo:asks@1.0.0", {
    imports: { ran: t.func([...token], undefined, options) },
    exports: { work: t.func([...token], t.u32) },
  });
const path = await fromText("asks-host");
const codeOf = (/** @type {{ code: string }} */ error) => error.code;
for (const place of /** @type {const} */ (["inline", "worker", "worker-pool", "process"])) {
  const host = createHost();
  /** @type {(token: number) => unknown} */
  let ran = () => {};
  const options = { place, imports: { ran: (/** @type {number} */ number) => /** @type {void} */ (ran(number)) } };
  const plugin = await host.open(path, demo({ async: false }), options);
  /** @type {Record<string, number>} */
  const outcomes = {};
  const caller = async () => {
    for (let call = 0; call < 200; call++) {
      const outcome = await plugin.exports.work(1).then(() => "answered", codeOf);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (Math.random() < 0.5) await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
    }
  };
  await Promise.all([caller(), caller(), caller()]);
  expect(`${place}: three callers`, outcomes, { answered: 600 });

  /** @type {number[]} */
  const order = [];
  ran = (number) => void order.push(number);
  const numbers = Array.from({ length: 100 }, (_, number) => number);
  await Promise.all(numbers.map((number) => plugin.exports.work(number)));
  expect(`${place}: in order`, JSON.stringify(order) === JSON.stringify(numbers), true);

  /** @type {Promise<unknown> | undefined} */
  let nested;
  ran = (number) => {
    if (number === 1) nested = plugin.exports.work(2).catch(codeOf);
  };
  await plugin.exports.work(1);
  expect(`${place}: a call by the host function`, await nested, "TENON_WASM_BUSY");

  // A host function that goes on later: its own calls are refused, those of others wait.
  if (place === "worker" || place === "process") {
    const asks = await host.open(path, demo({ async: true }), { ...options, name: "asks later" });
    let seen;
    ran = async (number) => {
      if (number !== 1) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen = await asks.exports.work(2).catch(codeOf);
    };
    const answers = await Promise.all([asks.exports.work(1), asks.exports.work(3)]);
    expect(`${place}: a host function that goes on later`, [answers, seen], [[1, 3], "TENON_WASM_BUSY"]);
  }
  await host.close();
}
done();
