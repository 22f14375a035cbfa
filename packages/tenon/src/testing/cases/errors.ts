import { type Case, casesOf } from "../case.js";
import { deepEqual, equal, holds, rejects, throws } from "../expectations.js";

export const errorCases: readonly Case[] = [
  ...casesOf("errors", {
    answers: {
      title: "A `result` is returned, or thrown with its payload",
      async run({ open }) {
        const { exports } = await open();
        equal(await exports.errors.divide(7, 2), 3);
        const zero = await rejects(exports.errors.divide(1, 0), "TENON_CALL_RESULT");
        equal((zero.payload as { tag: string }).tag, "division-by-zero");
        const overflow = await rejects(exports.errors.divide(-2147483648, -1), "TENON_CALL_RESULT");
        deepEqual({ ...(overflow.payload as object) }, { tag: "overflow", val: { limit: 2147483647 } });
        equal(zero.subject, "errors.divide");
      },
    },
    bare: {
      title: "A `result` can carry nothing",
      async run({ open }) {
        const { exports } = await open();
        equal(await exports.errors.accept(true), undefined);
        equal((await rejects(exports.errors.accept(false), "TENON_CALL_RESULT")).payload, undefined);
        equal(await exports.errors.check("text"), undefined);
        equal((await rejects(exports.errors.check(""), "TENON_CALL_RESULT")).payload, "empty");
      },
    },
    throws: {
      title: "A failure that the contract does not declare rejects, thrown immediately or later",
      async run({ open }) {
        const { exports } = await open();
        for (const fail of [exports.errors.fail, exports.errors.failLater]) {
          const error = await rejects(fail("broken on purpose"), "TENON_CALL_THREW");
          holds(error.message.includes("broken on purpose"), `${error.message}: does not say what was thrown`);
        }
        equal(await exports.version(), "1");
      },
    },
    concurrent: {
      title: "Failures among many calls reach the right callers",
      async run({ open }) {
        const { exports } = await open();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 100 }, (_, at) => exports.errors.divide(100, at % 2)),
        );
        deepEqual(
          outcomes.map(({ status }) => status),
          Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? "rejected" : "fulfilled")),
        );
      },
    },
    lookup: {
      title: "An unknown symbol is refused with a list of the known ones",
      async run({ open }) {
        const plugin = await open();
        const error = throws(() => plugin.lookup("greet"), "TENON_SYMBOL_MISSING");
        holds(error.message.includes("errors.divide"), `${error.message}: lists no symbols`);
        await rejects(plugin.call("values.greet", []), "TENON_SYMBOL_MISSING");
      },
    },
  }),
  ...casesOf("source-maps", {
    "plugin-stack": {
      title: "The plugin's stack names the plugin's own file and line, and no frame of the host",
      async run({ open, target }) {
        const { exports } = await open();
        for (const fail of [exports.errors.fail, exports.errors.failLater]) {
          const { pluginStack = "" } = await rejects(fail("broken on purpose"), "TENON_CALL_THREW");
          const frame = new RegExp(`${literally(target.stackFile ?? "?")}:\\d+`);
          holds(frame.test(pluginStack), `the stack names no line of ${target.stackFile}:\n${pluginStack}`);
          holds(!/testing[\\/]cases/.test(pluginStack), `the host's frames are in the plugin's stack:\n${pluginStack}`);
        }
      },
    },
    "load-stack": {
      title: "A failure at load has the plugin's stack",
      artifacts: ["throwsAtLoad"],
      async run({ open }) {
        const error = await rejects(open({ artifact: "throwsAtLoad" }), "TENON_LOAD_FAILED");
        holds(/\.\w+:\d+/.test(error.pluginStack ?? ""), `the stack names no line:\n${error.pluginStack}`);
      },
    },
  }),
];

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
