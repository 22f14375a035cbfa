/** A plugin in C: opened as source, and built on the way. */
import { createHost, isTenonError } from "tenon";
import { contract, t } from "tenon/contract";

const statistics = t.record("statistics", { lines: t.u32, words: t.u32, longest: t.string });

const text = contract("demo:text@1.0.0", {
  imports: { log: t.func([["line", t.string]]) },
  exports: {
    analyse: t.func([["text", t.string]], statistics),
    split: t.func(
      [
        ["text", t.string],
        ["separator", t.string],
      ],
      t.result(t.list(t.string), t.string),
    ),
  },
});

await using host = createHost();
await using plugin = await host.open(new URL("plugin", import.meta.url), text, {
  imports: { log: (line) => console.log(`log: ${line}`) },
});

const { lines, words, longest } = await plugin.exports.analyse("this is a\nplugin in C: 1");
console.log(`${lines} lines, ${words} words, the longest is "${longest}"`);
console.log((await plugin.exports.split("a, b, c", ", ")).join(" | "));
try {
  await plugin.exports.split("a, b, c", "");
} catch (error) {
  if (!isTenonError(error, "TENON_CALL_RESULT")) throw error;
  console.log(`split(): ${error.payload}`);
}

// What the compiler says of a fault comes with file, line and a caret.
try {
  await host.open(new URL("broken", import.meta.url), text, { imports: { log: () => {} } });
} catch (error) {
  if (!isTenonError(error, "TENON_SOURCE_INVALID")) throw error;
  console.log(error.message);
}
