import { contractFromJson, contractToJson } from "../../contract/index.js";
import type { Plugin } from "../../host/index.js";
import { type Case, casesOf } from "../target/case.js";
import { equal, holds, rejects } from "../target/expectations.js";
import type { KitchenSink } from "../target/kitchen-sink.js";

/** From this length on, bytes cross to a thread or process beside their message. */
const large = 64 * 1024;
const lengths = [large - 1, large, large + 1, 16 * large];

const bytesOf = (length: number, first = 0) => Uint8Array.from({ length }, (_, at) => (at * 7 + first) % 256);
const same = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

type Parcel = Awaited<ReturnType<Plugin<KitchenSink>["exports"]["values"]["wrapped"]>>;

const parcelOf = (length: number): Parcel => ({
  label: `${length} bytes`,
  content: bytesOf(length, 1),
  parts: [bytesOf(length, 2), bytesOf(3), bytesOf(length, 3)],
  spare: bytesOf(length, 4),
  wrapping: { tag: "loose", val: bytesOf(length, 5) },
  receipt: { tag: "ok", val: bytesOf(length, 6) },
});

/** The bytes of a parcel, in a fixed order. */
function bytesIn({ content, parts, spare, wrapping, receipt }: Parcel): readonly Uint8Array[] {
  const absent = new Uint8Array();
  const inside = [wrapping.tag === "loose" ? wrapping.val : absent, receipt.tag === "ok" ? receipt.val : absent];
  return [content, ...parts, spare ?? absent, ...inside];
}

function sameParcel(one: Parcel, other: Parcel): boolean {
  const [left, right] = [bytesIn(one), bytesIn(other)];
  return (
    one.label === other.label &&
    left.length === right.length &&
    left.every((bytes, at) => same(bytes, right[at] as Uint8Array))
  );
}

/** The same contract, in which whoever gives bytes gives them up. The plugin is the same: this is not part of the type. */
function givingUp(contract: KitchenSink): KitchenSink {
  const json = JSON.parse(JSON.stringify(contractToJson(contract)), (_key, value) =>
    value?.list === "u8" ? { own: value } : value,
  );
  return contractFromJson(json) as unknown as KitchenSink;
}

export const largeByteCases: readonly Case[] = [
  ...casesOf("values", {
    "large-bytes": {
      title: "Bytes of 64 KiB and more go there and back, in calls made at the same time as well",
      async run({ open }) {
        const { values } = (await open()).exports;
        const given = lengths.map((length) => bytesOf(length));
        const answers = await Promise.all(given.map((bytes) => values.bytes(bytes)));
        for (const [at, bytes] of given.entries()) {
          holds(same(answers[at] as Uint8Array, bytesOf(bytes.length)), `${lengths[at]} bytes came back changed`);
          equal(bytes.length, lengths[at] as number, "the host's own bytes are gone");
        }
        const part = bytesOf(3 * large).subarray(5, 2 * large);
        holds(same(await values.bytes(part), part), "a part of a larger array came back changed");
      },
    },
    "reflected-large-bytes": {
      title: "Bytes of 64 KiB and more go from the plugin to the host and back",
      requires: ["callbacks"],
      async run({ open }) {
        const { reflected } = (await open()).exports;
        const answers = await Promise.all(lengths.map((length) => reflected.bytes(bytesOf(length))));
        for (const [at, length] of lengths.entries())
          holds(same(answers[at] as Uint8Array, bytesOf(length)), `${length} bytes came back changed`);
        holds(sameParcel(await reflected.wrapped(parcelOf(large)), parcelOf(large)), "a parcel came back changed");
      },
    },
    "large-parcel": {
      title: "Bytes of 64 KiB and more go there and back in records, lists, options, variants and results",
      async run({ open }) {
        const { values } = (await open()).exports;
        for (const length of lengths)
          holds(
            sameParcel(await values.wrapped(parcelOf(length)), parcelOf(length)),
            `${length}: it came back changed`,
          );
      },
    },
    "given-up": {
      title: "Bytes that are given up arrive unchanged, whatever their length and memory",
      async run({ open, contract }) {
        const { values, limits } = (await open({ contract: givingUp(contract) })).exports;
        for (const length of [0, 1, ...lengths]) {
          holds(same(await values.bytes(bytesOf(length)), bytesOf(length)), `${length} bytes came back changed`);
          equal(await limits.measureBytes(bytesOf(length)), length);
          equal((await limits.makeBytes(length)).length, length);
        }
        holds(sameParcel(await values.wrapped(parcelOf(large)), parcelOf(large)), "a parcel came back changed");
        const whole = bytesOf(3 * large);
        holds(same(await values.bytes(whole.subarray(5)), bytesOf(3 * large).subarray(5)), "a part came back changed");
        equal(whole.length, 3 * large, "a part of the memory was given, and all of it is gone");
        const shared = new Uint8Array(new SharedArrayBuffer(large)).fill(7);
        holds(same(await values.bytes(shared), new Uint8Array(large).fill(7)), "shared memory came back changed");
      },
    },
    "reflected-given-up": {
      title: "Bytes that are given up arrive unchanged at host functions, and so do their answers",
      requires: ["callbacks"],
      async run({ open, contract }) {
        const { reflected } = (await open({ contract: givingUp(contract) })).exports;
        for (const length of [0, 1, ...lengths])
          holds(same(await reflected.bytes(bytesOf(length)), bytesOf(length)), `${length} bytes came back changed`);
        holds(sameParcel(await reflected.wrapped(parcelOf(large)), parcelOf(large)), "a parcel came back changed");
      },
    },
  }),
  ...casesOf("given-up", {
    parameters: {
      title: "After a call, the host's array is empty: its memory went to the plugin",
      async run({ open, contract }) {
        const { values } = (await open({ contract: givingUp(contract) })).exports;
        const given = bytesOf(2 * large);
        holds(same(await values.bytes(given), bytesOf(2 * large)), "the bytes came back changed");
        equal(given.length, 0);
        const parcel = parcelOf(large);
        holds(sameParcel(await values.wrapped(parcel), parcelOf(large)), "a parcel came back changed");
        equal(
          bytesIn(parcel)
            .map(({ length }) => length)
            .join(),
          "0,0,3,0,0,0,0",
        );
      },
    },
    results: {
      title: "After a host function has returned them, its array is empty",
      requires: ["callbacks"],
      async run({ open, contract, side }) {
        const returned: Uint8Array[] = [];
        const bytes = (value: Uint8Array) => {
          returned.push(value.slice());
          return returned.at(-1) as Uint8Array;
        };
        const imports = { ...side.imports, values: { ...side.imports.values, bytes } };
        const { reflected } = (await open({ contract: givingUp(contract), imports })).exports;
        holds(same(await reflected.bytes(bytesOf(2 * large)), bytesOf(2 * large)), "the bytes came back changed");
        equal(returned.map(({ length }) => length).join(), "0");
      },
    },
    refused: {
      title: "A call that is refused takes nothing",
      async run({ open, contract }) {
        const { limits } = (await open({ contract: givingUp(contract), limits: { bytes: large } })).exports;
        const given = bytesOf(2 * large);
        await rejects(limits.measureBytes(given), "TENON_CALL_TOO_LARGE");
        holds(same(given, bytesOf(2 * large)), "the host's bytes are gone");
        equal(await limits.calls(), 0);
      },
    },
  }),
  ...casesOf("streams", {
    "large-chunks": {
      title: "Chunks of 64 KiB and more go both ways",
      async run({ open }) {
        const { streams } = (await open()).exports;
        let at = 0;
        for await (const chunk of await streams.bytes(5 * large + 3, 2 * large))
          for (const byte of chunk) if (byte !== at++ % 256) throw new Error(`byte ${at - 1} is ${byte}`);
        equal(at, 5 * large + 3);
        let sum = 0n;
        async function* chunks() {
          for (const length of lengths) {
            const chunk = bytesOf(length, 9);
            for (const byte of chunk) sum += BigInt(byte);
            yield chunk;
          }
        }
        equal(await streams.checksum(chunks()), sum);
      },
    },
  }),
  ...casesOf("sync", {
    "large-bytes": {
      title: "Bytes of 64 KiB and more, given up or not, pass in synchronous calls",
      async run({ open, contract }) {
        for (const used of [contract, givingUp(contract)]) {
          const { sync } = await open({ contract: used });
          for (const length of lengths)
            holds(same(sync.values.bytes(bytesOf(length)), bytesOf(length)), `${length} bytes came back changed`);
          holds(sameParcel(sync.values.wrapped(parcelOf(large)), parcelOf(large)), "a parcel came back changed");
        }
      },
    },
  }),
];
