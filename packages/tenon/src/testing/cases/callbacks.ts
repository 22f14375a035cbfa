import { AsyncLocalStorage } from "node:async_hooks";
import type { Call } from "../../contract/core.js";
import { type Case, casesOf } from "../target/case.js";
import { deepEqual, equal, holds, rejects } from "../target/expectations.js";

export const callbackCases: readonly Case[] = [
  ...casesOf("callbacks", {
    "at-once": {
      title: "The plugin calls a host function that returns a value",
      async run({ open }) {
        equal(await (await open()).exports.callbacks.add(2, -5), -3);
      },
    },
    later: {
      title: "The plugin calls a host function that returns a promise",
      async run({ open }) {
        equal(await (await open()).exports.callbacks.addLater(2, 3), 5);
      },
    },
    context: {
      title: "A host function sees the metadata, the deadline and the AsyncLocalStorage of the call that led to it",
      async run({ open, side }) {
        const store = new AsyncLocalStorage<number>();
        const addLater = async (a: number, b: number, call: Call) => {
          await undefined;
          const seen = store.getStore() === a && call.metadata.number === String(a) && call.deadline !== undefined;
          return seen ? a + b : -1;
        };
        const { imports } = side;
        const plugin = await open({ imports: { ...imports, host: { ...imports.host, addLater } } });
        const numbers = Array.from({ length: 20 }, (_, index) => index);
        const call = (number: number) =>
          store.run(number, () =>
            plugin.with({ metadata: { number: String(number) }, deadline: 10_000 }).callbacks.addLater(number, 1),
          );
        deepEqual(
          await Promise.all(numbers.map(call)),
          numbers.map((number) => number + 1),
        );
      },
    },
    many: {
      title: "The plugin calls a host function a thousand times concurrently",
      async run({ open }) {
        equal(await (await open()).exports.callbacks.sum(1000), 499_500);
      },
    },
    reentrant: {
      title: "A host function can call back into the plugin, twenty levels deep",
      async run({ open }) {
        equal(await (await open()).exports.callbacks.recurse(20), 20);
      },
    },
    refuses: {
      title: "The error case of a host function can be passed on and caught",
      async run({ open }) {
        const { exports } = await open();
        equal((await rejects(exports.callbacks.refuse("not today"), "TENON_CALL_RESULT")).payload, "not today");
        equal(await exports.callbacks.catchRefusal("not today"), "caught: not today");
      },
    },
    throws: {
      title: "An exception of a host function can be passed on and caught",
      async run({ open }) {
        const { exports } = await open();
        const error = await rejects(exports.callbacks.explode("host on fire"), "TENON_IMPORT_THREW");
        holds(error.message.includes("host on fire") && error.message.includes("host.explode"), error.message);
        holds(
          (await exports.callbacks.catchExplosion("host on fire")).includes("host on fire"),
          "the plugin was not told why",
        );
        equal(await exports.callbacks.add(1, 1), 2);
      },
    },
    "wrong-answer": {
      title: "A host function that returns a value of another type is refused",
      async run({ open }) {
        const error = await rejects((await open()).exports.callbacks.receiveWrongly(), "TENON_VALUE_TYPE");
        holds(error.message.includes("host.answerWrongly()"), error.message);
      },
    },
    order: {
      title: "Calls reach the plugin and the host in the order in which they were made",
      async run({ open, side }) {
        const { exports } = await open();
        const calls = Array.from({ length: 200 }, (_, at) => at);
        await Promise.all(calls.map((call) => exports.load.tick(call)));
        deepEqual(side.served, calls);
      },
    },
  }),
  ...casesOf("sync-callbacks", {
    "in-a-call": {
      title: "The plugin calls the host synchronously",
      async run({ open }) {
        const { exports } = await open();
        equal(await exports.callbacks.addWaiting(20, 22), 42);
        deepEqual(await Promise.all([1, 2, 3].map((number) => exports.callbacks.addWaiting(number, 1))), [2, 3, 4]);
      },
    },
    "in-a-sync-call": {
      title: "The plugin calls the host synchronously during a synchronous call",
      requires: ["sync"],
      async run({ open }) {
        const plugin = await open();
        equal(plugin.sync.callbacks.addWaiting(20, 22), 42);
      },
    },
  }),
];
