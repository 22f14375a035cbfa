/** Opens a plugin in C as source; Tenon builds it. */
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

// Errors of the compiler come with file, line and column.
try {
  await host.open(new URL("broken", import.meta.url), text, { imports: { log: () => {} } });
} catch (error) {
  if (!isTenonError(error, "TENON_SOURCE_INVALID")) throw error;
  console.log(error.message);
}
