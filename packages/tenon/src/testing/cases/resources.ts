import { type Case, casesOf } from "../target/case.js";
import { deepEqual, equal, eventually, holds, rejects } from "../target/expectations.js";

export const resourceCases: readonly Case[] = casesOf("resources", {
  lifecycle: {
    title: "An object of the plugin can be constructed, used and released",
    async run({ open }) {
      const { counters } = (await open()).exports;
      const counter = await counters.Counter.new(5);
      equal(await counter.value(), 5);
      equal(await counter.increment(2), 7);
      equal((await rejects(counter.refuse("no"), "TENON_CALL_RESULT")).payload, "no");
      equal(await counters.Counter.maximum(), 4_294_967_295);
      equal(await counters.live(), 1);
      await counter[Symbol.asyncDispose]();
      equal(await counters.live(), 0);
    },
  },
  gone: {
    title: "A released object is refused, and releasing it again does nothing",
    async run({ open }) {
      const { counters } = (await open()).exports;
      const other = await counters.make(1);
      const counter = await counters.make(2);
      counter[Symbol.dispose]();
      counter[Symbol.dispose]();
      await counter[Symbol.asyncDispose]();
      await rejects(counter.value(), "TENON_RESOURCE_GONE");
      await rejects(counters.read(counter), "TENON_RESOURCE_GONE");
      await rejects(counters.consume(counter), "TENON_RESOURCE_GONE");
      equal(await counters.live(), 1);
      equal(await other.value(), 1);
    },
  },
  borrow: {
    title: "A borrowed object stays with the caller",
    async run({ open }) {
      const { counters } = (await open()).exports;
      const counter = await counters.make(3);
      equal(await counters.read(counter), 3);
      equal(await counters.read(counter), 3);
      equal(await counter.increment(1), 4);
      equal(await counters.live(), 1);
    },
  },
  own: {
    title: "An object that is passed as owned moves to the plugin",
    async run({ open }) {
      const { counters } = (await open()).exports;
      const counter = await counters.make(3);
      equal(await counters.consume(counter), 3);
      await rejects(counter.value(), "TENON_RESOURCE_GONE");
      equal(await counters.live(), 0);
    },
  },
  pass: {
    title: "An object that is passed to its plugin and back is the same object",
    async run({ open }) {
      const { counters } = (await open()).exports;
      const counter = await counters.make(3);
      await counter.increment(4);
      const back = await counters.pass(counter);
      equal(await back.value(), 7);
      await rejects(counter.value(), "TENON_RESOURCE_GONE");
      equal(await counters.live(), 1);
    },
  },
  many: {
    title: "A list of objects has a separate object at each index",
    async run({ open }) {
      const { counters } = (await open()).exports;
      const list = await counters.makeMany(50);
      deepEqual(
        await Promise.all(list.map((counter) => counter.value())),
        Array.from({ length: 50 }, (_, at) => at),
      );
      await Promise.all(list.map((counter) => counter[Symbol.asyncDispose]()));
      equal(await counters.live(), 0);
    },
  },
  optional: {
    title: "An optional object can be absent",
    async run({ open }) {
      const { counters } = (await open()).exports;
      equal(await counters.maybe(false), undefined);
      equal(await (await counters.maybe(true))?.value(), 0);
    },
  },
  "in-a-stream": {
    title: "Objects that were read from a stream belong to the reader; the others are released when it stops",
    requires: ["streams"],
    async run({ open }) {
      const { counters } = (await open()).exports;
      const read = [];
      for await (const counter of await counters.stream(100)) if (read.push(counter) === 3) break;
      await eventually(() => counters.live(), 3);
      deepEqual(await Promise.all(read.map((counter) => counter.value())), [0, 1, 2]);
      await Promise.all(read.map((counter) => counter[Symbol.asyncDispose]()));
      equal(await counters.live(), 0);
    },
  },
  late: {
    title: "An object in the result of a cancelled call is released",
    requires: ["callbacks", "cancel"],
    async run({ open, side }) {
      const plugin = await open();
      const controller = new AbortController();
      const call = plugin.with({ signal: controller.signal }).counters.makeLater(1);
      await side.whenPaused(1);
      controller.abort();
      await rejects(call, "TENON_CALL_ABORTED");
      side.resume();
      // Made by a later call, so that the first has had its turn.
      const other = await plugin.exports.counters.makeLater(2);
      await eventually(() => plugin.exports.counters.live(), 1);
      equal(await other.value(), 2);
    },
  },
  foreign: {
    title: "Objects of another plugin, of another type, or of no plugin are refused",
    async run({ open, side }) {
      const [first, second] = [await open(), await open()];
      const counter = await first.exports.counters.make(1);
      await rejects(second.exports.counters.read(counter), "TENON_RESOURCE_FOREIGN");
      await rejects(second.exports.counters.consume(counter), "TENON_RESOURCE_FOREIGN");
      await rejects(first.exports.counters.read({} as never), "TENON_RESOURCE_FOREIGN");
      await rejects(first.exports.counters.read(new side.Bucket("b") as never), "TENON_RESOURCE_FOREIGN");
      await rejects(first.exports.counters.read(3 as never), "TENON_VALUE_TYPE", "TENON_RESOURCE_FOREIGN");
      await rejects(first.exports.buckets.take(counter as never), "TENON_RESOURCE_FOREIGN");
      equal(await counter.value(), 1);
    },
  },
  "host-borrow": {
    title: "A borrowed object of the host is used and not released",
    requires: ["callbacks"],
    async run({ open, side }) {
      const { buckets } = (await open()).exports;
      const bucket = new side.Bucket("lent");
      await buckets.fill(bucket as never, 3);
      deepEqual(
        [...bucket.entries],
        [
          ["k0", 0],
          ["k1", 1],
          ["k2", 2],
        ],
      );
      equal(bucket.disposals, 0);
    },
  },
  "host-own": {
    title: "An owned object of the host is released by the plugin once",
    requires: ["callbacks"],
    async run({ open, side }) {
      const { buckets } = (await open()).exports;
      const bucket = new side.Bucket("given");
      bucket.put("one", 1);
      equal(await buckets.take(bucket as never), 1);
      equal(bucket.disposals, 1);
    },
  },
  "host-made": {
    title: "The plugin makes objects of the host, and the host gets the same objects back",
    requires: ["callbacks"],
    async run({ open, side }) {
      const { buckets } = (await open()).exports;
      const made = await buckets.make("made");
      equal(made as unknown, side.buckets[0]);
      equal(side.buckets[0]?.entries.get("made"), 1);
      equal((await buckets.open("opened")) as unknown, side.buckets[1]);
      equal(await buckets.count(), 2);
      const bucket = new side.Bucket("passed");
      equal((await buckets.pass(bucket as never)) as unknown, bucket);
      deepEqual(
        side.buckets.map(({ disposals }) => disposals),
        [0, 0, 0],
      );
    },
  },
  "host-kept": {
    title: "The plugin keeps objects of the host across calls",
    requires: ["callbacks"],
    async run({ open, side }) {
      const { buckets } = (await open()).exports;
      await buckets.keep(new side.Bucket("first") as never);
      await buckets.keep(new side.Bucket("second") as never);
      deepEqual(
        side.buckets.map(({ disposals }) => disposals),
        [0, 0],
      );
      equal(await buckets.releaseKept(), 2);
      deepEqual(
        side.buckets.map(({ disposals }) => disposals),
        [1, 1],
      );
    },
  },
  swapped: {
    title: "After a swap, objects of the old instance are gone",
    requires: ["swap"],
    artifacts: ["kitchenSink", "kitchenSinkV2"],
    async run({ open, artifact }) {
      const plugin = await open();
      const counter = await plugin.exports.counters.make(1);
      await plugin.swap(artifact("kitchenSinkV2"));
      await rejects(counter.value(), "TENON_RESOURCE_GONE");
      const fresh = await plugin.exports.counters.make(2);
      equal(await fresh.value(), 2);
    },
  },
  closed: {
    title: "close releases the objects of both sides, and reports how many",
    requires: ["callbacks"],
    async run({ open, side }) {
      const plugin = await open();
      const counters = await plugin.exports.counters.makeMany(3);
      await plugin.exports.buckets.keep(new side.Bucket("kept") as never);
      await plugin.exports.buckets.keep(new side.Bucket("kept too") as never);
      const { resources } = await plugin.close();
      holds(resources >= 5, `close reports ${resources} resources, and 5 were held`);
      deepEqual(
        side.buckets.map(({ disposals }) => disposals),
        [1, 1],
      );
      for (const counter of counters) await rejects(counter.value(), "TENON_RESOURCE_GONE", "TENON_PLUGIN_CLOSED");
    },
  },
});
