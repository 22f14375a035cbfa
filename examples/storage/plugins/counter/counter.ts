import { plugin } from "tenon/guest";
import { counter } from "../../contract.js";

/** `context.storage` belongs to the plugin: it is there again after a swap, a crash, and in the next run of the host. */
export default plugin(counter, ({ storage }) => ({
  async count(word) {
    const stored = await storage.update(`words/${word}`, (current) => String(numberIn(current) + 1));
    return numberIn(stored);
  },
  async report() {
    const found: [string, number][] = [];
    for await (const key of storage.keys({ prefix: "words/" }))
      found.push([key.slice("words/".length), numberIn(await storage.get(key))]);
    return found;
  },
  async note(name, text) {
    await storage.batch([
      [`notes/${name}`, text],
      [`times/${name}`, String(Date.now())],
    ]);
  },
}));

function numberIn(text: Uint8Array | undefined): number {
  return text === undefined ? 0 : Number(new TextDecoder().decode(text));
}
