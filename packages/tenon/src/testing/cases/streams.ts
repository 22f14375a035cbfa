import { type Case, casesOf } from "../target/case.js";
import { deepEqual, equal, eventually, holds, rejects } from "../target/expectations.js";

/** Makes a stream of the host that records how far it was read. */
function watched(limit = Number.POSITIVE_INFINITY, breakAfter = Number.POSITIVE_INFINITY) {
  const seen = { produced: 0, ended: 0 };
  async function* produce() {
    try {
      for (let number = 0; number < limit; number++) {
        if (number >= breakAfter) throw new Error("the host's stream broke");
        seen.produced++;
        yield number;
      }
    } finally {
      seen.ended++;
    }
  }
  return { seen, stream: produce() };
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of stream) list.push(item);
  return list;
}

const numbers = (limit: number) => Array.from({ length: limit }, (_, at) => at);

export const streamCases: readonly Case[] = casesOf("streams", {
  values: {
    title: "The host reads streams of numbers and records to the end, and an empty stream",
    async run({ open }) {
      const { streams } = (await open()).exports;
      deepEqual(await collect(await streams.count(1000)), numbers(1000));
      deepEqual(await collect(await streams.count(0)), []);
      const people = await collect(await streams.people(40));
      deepEqual(
        people.map(({ name, age }) => `${name} ${age}`),
        numbers(40).map((at) => `p${at} ${at}`),
      );
    },
  },
  bytes: {
    title: "The host reads a megabyte of bytes",
    async run({ open }) {
      const { streams } = (await open()).exports;
      const size = 1_000_003;
      let at = 0;
      for await (const chunk of await streams.bytes(size, 10_000)) {
        holds(chunk instanceof Uint8Array, "a chunk is not a Uint8Array");
        for (const byte of chunk) if (byte !== at++ % 256) throw new Error(`byte ${at - 1} is ${byte}`);
      }
      equal(at, size);
    },
  },
  "host-values": {
    title: "The plugin reads a stream of numbers",
    async run({ open }) {
      const { streams } = (await open()).exports;
      const { stream, seen } = watched(1000);
      equal(await streams.sum(stream), 499_500n);
      deepEqual(seen, { produced: 1000, ended: 1 });
    },
  },
  "host-bytes": {
    title: "The plugin reads a megabyte of bytes in one chunk, and in many",
    async run({ open }) {
      const { streams } = (await open()).exports;
      const bytes = Uint8Array.from({ length: 1_000_000 }, (_, at) => at % 256);
      const expected = bytes.reduce((sum, byte) => sum + BigInt(byte), 0n);
      async function* whole() {
        yield bytes;
      }
      async function* parts() {
        for (let at = 0; at < bytes.length; at += 7777) yield bytes.subarray(at, at + 7777);
      }
      equal(await streams.checksum(whole()), expected);
      equal(await streams.checksum(parts()), expected);
    },
  },
  "both-ways": {
    title: "A stream passes through the plugin and back while it is being written",
    async run({ open }) {
      const { streams } = (await open()).exports;
      const { stream, seen } = watched(500);
      deepEqual(
        await collect(await streams.double(stream)),
        numbers(500).map((number) => number * 2),
      );
      equal(seen.ended, 1);
    },
  },
  several: {
    title: "Ten streams can be read at the same time",
    async run({ open }) {
      const { streams } = (await open()).exports;
      const all = await Promise.all(numbers(10).map(async (at) => collect(await streams.count(at * 20))));
      deepEqual(
        all.map((list) => list.length),
        numbers(10).map((at) => at * 20),
      );
    },
  },
  import: {
    title: "The plugin reads a stream that a host function returns",
    requires: ["callbacks"],
    async run({ open, side }) {
      const { streams } = (await open()).exports;
      equal(await streams.sumHost(300), 44_850n);
      deepEqual(side.numbers, { produced: 300, ended: 1 });
    },
  },
  "back-pressure": {
    title: "The plugin does not produce ahead of a host that reads slowly",
    async run({ open }) {
      const { streams } = (await open()).exports;
      const iterator = (await streams.endless())[Symbol.asyncIterator]();
      for (const expected of numbers(10)) equal((await iterator.next()).value, expected);
      const produced = await streams.produced();
      holds(produced < 500, `10 numbers were read, and ${produced} were made`);
      await iterator.return?.();
    },
  },
  "host-back-pressure": {
    title: "The host does not produce ahead of a plugin that reads slowly",
    async run({ open }) {
      const { streams } = (await open()).exports;
      const { stream, seen } = watched();
      deepEqual(await streams.take(stream, 10), numbers(10));
      holds(seen.produced < 500, `10 numbers were read, and ${seen.produced} were made`);
    },
  },
  "early-stop": {
    title: "A host that stops reading stops the plugin's stream",
    async run({ open }) {
      const { streams } = (await open()).exports;
      for await (const number of await streams.endless()) if (number === 5) break;
      await eventually(() => streams.stopped(), 1);
      equal(
        await (await streams.count(3))
          [Symbol.asyncIterator]()
          .return?.()
          .then((step) => step?.done),
        true,
      );
    },
  },
  "host-early-stop": {
    title: "A plugin that stops reading stops the host's stream",
    async run({ open }) {
      const { streams } = (await open()).exports;
      const { stream, seen } = watched();
      deepEqual(await streams.take(stream, 3), [0, 1, 2]);
      await streams.produced();
      equal(seen.ended, 1);
    },
  },
  broken: {
    title: "The host gets the failure of the plugin's stream after the values before it",
    async run({ open }) {
      const { streams, values } = (await open()).exports;
      const read: number[] = [];
      const error = await rejects(
        (async () => {
          for await (const number of await streams.breakAfter(7)) read.push(number);
        })(),
        "TENON_STREAM_BROKEN",
      );
      deepEqual(read, numbers(7));
      holds(error.message.includes("the stream broke"), error.message);
      equal(await values.u8(1), 1);
    },
  },
  "host-broken": {
    title: "The plugin gets the failure of the host's stream after the values before it",
    async run({ open }) {
      const { streams } = (await open()).exports;
      equal(await streams.readBroken(watched(100, 7).stream), "broken after 7");
      equal(await streams.readBroken(watched(9).stream), "read 9");
    },
  },
  "wrong-element": {
    title: "An element of another type breaks the host's stream",
    async run({ open }) {
      const { streams } = (await open()).exports;
      async function* wrong() {
        yield 1;
        yield "two" as unknown as number;
      }
      equal(await streams.readBroken(wrong()), "broken after 1");
      await rejects(streams.sum([1, 2] as never), "TENON_VALUE_TYPE");
    },
  },
  crashed: {
    title: "A crash breaks the streams that are being read",
    requires: ["exit"],
    async run({ open }) {
      const { streams, crashes } = (await open()).exports;
      const iterator = (await streams.endless())[Symbol.asyncIterator]();
      await iterator.next();
      await rejects(crashes.exit(1), "TENON_PLUGIN_CRASHED");
      await rejects(
        (async () => {
          for (;;)
            await iterator.next().then(({ done }) => {
              if (done) throw new Error("the stream ended as if it were complete");
            });
        })(),
        "TENON_STREAM_BROKEN",
      );
    },
  },
});
