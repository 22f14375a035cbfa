import { type Case, casesOf } from "../target/case.js";
import { causedBy, deepEqual, equal, holds, rejects } from "../target/expectations.js";

const mebibyte = 1024 * 1024;

export const limitCases: readonly Case[] = [
  ...casesOf("limits", {
    large: {
      title: "Sixteen mebibytes pass in each direction, as bytes and as a string",
      async run({ open }) {
        const { limits } = (await open()).exports;
        const size = 16 * mebibyte;
        equal(await limits.measureBytes(new Uint8Array(size)), size);
        equal((await limits.makeBytes(size)).byteLength, size);
        equal(await limits.measureString("x".repeat(size)), size);
        equal(await limits.makeString(size), "x".repeat(size));
      },
    },
    parameters: {
      title: "Parameters that are too large do not reach the plugin",
      async run({ open }) {
        const { limits } = (await open({ limits: { bytes: 1000 } })).exports;
        const error = await rejects(limits.measureBytes(new Uint8Array(2000)), "TENON_CALL_TOO_LARGE");
        holds(error.message.includes("limits.measureBytes") && error.message.includes("1000"), error.message);
        await rejects(limits.measureString("x".repeat(2000)), "TENON_CALL_TOO_LARGE");
        equal(await limits.calls(), 0);
        equal(await limits.measureBytes(new Uint8Array(900)), 900);
      },
    },
    result: {
      title: "A result that is too large is refused, and the plugin keeps running",
      async run({ open }) {
        const { limits } = (await open({ limits: { bytes: 1000 } })).exports;
        await rejects(limits.makeBytes(2000), "TENON_CALL_TOO_LARGE");
        await rejects(limits.makeString(2000), "TENON_CALL_TOO_LARGE");
        equal((await limits.makeBytes(900)).byteLength, 900);
      },
    },
    gigabyte: {
      title: "A result of a gibibyte is refused, and the plugin keeps running",
      async run({ open }) {
        const { limits, version } = (await open()).exports;
        await rejects(limits.makeBytes(2 ** 30), "TENON_CALL_TOO_LARGE");
        equal(await version(), "1");
      },
    },
    "under-way": {
      title: "More bytes at the same time than may be under way: calls and results wait, and all arrive",
      async run({ open }) {
        const { limits } = (await open({ limits: { buffer: mebibyte } })).exports;
        const size = mebibyte / 2;
        const bytes = new Uint8Array(size);
        deepEqual(
          await Promise.all(Array.from({ length: 40 }, () => limits.measureBytes(bytes))),
          Array.from({ length: 40 }, () => size),
        );
        const made = await Promise.all(Array.from({ length: 40 }, () => limits.makeBytes(size)));
        deepEqual(
          made.map(({ byteLength }) => byteLength),
          Array.from({ length: 40 }, () => size),
        );
      },
    },
    none: {
      title: "With a limit of 0, values of any size pass",
      async run({ open }) {
        const { limits } = (await open({ limits: { bytes: 0 } })).exports;
        equal(await limits.measureBytes(new Uint8Array(mebibyte)), mebibyte);
        equal((await limits.makeBytes(mebibyte)).byteLength, mebibyte);
        equal(await limits.makeString(3), "xxx");
      },
    },
    nested: {
      title: "All parts of a nested value count towards the limit",
      async run({ open }) {
        const { values } = (await open({ limits: { bytes: 1000 } })).exports;
        await rejects(values.strings(Array.from({ length: 100 }, () => "x".repeat(20))), "TENON_CALL_TOO_LARGE");
        await rejects(values.numbers(Array.from({ length: 1000 }, () => 4_000_000_000)), "TENON_CALL_TOO_LARGE");
        equal((await values.strings(["x".repeat(500)])).length, 1);
      },
    },
  }),
  ...casesOf("memory-limit", {
    exceeded: {
      title: "A plugin that uses more memory than its limit is killed and restarted",
      async run(context) {
        const plugin = await context.open({ limits: { memory: 64 * mebibyte } });
        equal(await plugin.exports.limits.allocate(1), 1);
        const restarted = context.event("restarted");
        const error = await rejects(plugin.exports.limits.allocate(4096), "TENON_PLUGIN_CRASHED");
        holds(causedBy(error, "TENON_PLACE_MEMORY"), `no cause names the memory limit: ${error.message}`);
        await restarted;
        equal(await plugin.exports.limits.allocate(1), 1);
      },
    },
  }),
];
