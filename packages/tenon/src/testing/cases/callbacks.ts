import { type Case, casesOf } from "../case.js";
import { deepEqual, equal, holds, rejects } from "../expectations.js";

export const callbackCases: readonly Case[] = [
  ...casesOf("callbacks", {
    "at-once": {
      title: "A host function that answers at once",
      async run({ open }) {
        equal(await (await open()).exports.callbacks.add(2, -5), -3);
      },
    },
    later: {
      title: "A host function that answers later",
      async run({ open }) {
        equal(await (await open()).exports.callbacks.addLater(2, 3), 5);
      },
    },
    many: {
      title: "A thousand host functions called at once",
      async run({ open }) {
        equal(await (await open()).exports.callbacks.sum(1000), 499_500);
      },
    },
    reentrant: {
      title: "A host function that calls back into the plugin, twenty deep",
      async run({ open }) {
        equal(await (await open()).exports.callbacks.recurse(20), 20);
      },
    },
    refuses: {
      title: "A host function that answers with its error case: passed on, and caught",
      async run({ open }) {
        const { exports } = await open();
        equal((await rejects(exports.callbacks.refuse("not today"), "TENON_CALL_RESULT")).payload, "not today");
        equal(await exports.callbacks.catchRefusal("not today"), "caught: not today");
      },
    },
    throws: {
      title: "A host function that throws: passed on, and caught",
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
      title: "A host function that answers with a value of another type",
      async run({ open }) {
        const error = await rejects((await open()).exports.callbacks.receiveWrongly(), "TENON_VALUE_TYPE");
        holds(error.message.includes("host.answerWrongly()"), error.message);
      },
    },
    order: {
      title: "Calls reach the plugin, and host functions the host, in the order in which they were made",
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
      title: "The plugin calls the host without a promise on the way",
      async run({ open }) {
        const { exports } = await open();
        equal(await exports.callbacks.addWaiting(20, 22), 42);
        deepEqual(await Promise.all([1, 2, 3].map((number) => exports.callbacks.addWaiting(number, 1))), [2, 3, 4]);
      },
    },
    "in-a-sync-call": {
      title: "In a call that the host itself waits for",
      requires: ["sync"],
      async run({ open }) {
        const plugin = await open();
        equal(plugin.sync.callbacks.addWaiting(20, 22), 42);
      },
    },
  }),
];
