import { type Case, casesOf } from "../target/case.js";
import { equal, rejects } from "../target/expectations.js";
import { turn } from "../target/host-side.js";

export const futureCases: readonly Case[] = casesOf("futures", {
  "from-plugin": {
    title: "The plugin returns a future and fulfils it later",
    async run({ open }) {
      const [now, later] = await (await open()).exports.futures.later("in a while");
      equal(now, "now");
      equal(await later, "in a while");
    },
  },
  "from-host": {
    title: "The host passes promises that are fulfilled before and after the call",
    async run({ open }) {
      const { futures } = (await open()).exports;
      equal(
        await futures.add(
          Promise.resolve(40),
          turn().then(() => 2),
        ),
        42,
      );
    },
  },
  fails: {
    title: "A future of the plugin can fail",
    async run({ open }) {
      const { futures, values } = (await open()).exports;
      const [future] = await futures.failing();
      await rejects(future, "TENON_STREAM_BROKEN");
      equal(await values.u8(1), 1);
    },
  },
  "host-fails": {
    title: "A promise of the host can be rejected",
    async run({ open }) {
      const { futures } = (await open()).exports;
      equal(await futures.catch(Promise.reject(new Error("never mind"))), "failed");
      equal(await futures.catch(turn().then(() => 5)), "got 5");
      equal(await futures.catch(Promise.resolve("five" as unknown as number)), "failed");
    },
  },
  unread: {
    title: "Futures that are never read are harmless",
    async run({ open }) {
      const { futures, values } = (await open()).exports;
      await futures.later("unread");
      await futures.failing();
      equal(await values.u8(1), 1);
    },
  },
});
