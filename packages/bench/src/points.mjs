import { readFileSync } from "node:fs";
import { createHooks } from "hookable";
import tapable from "tapable";
import { arithmetic } from "./contract.mjs";
import { compare } from "./measure.mjs";

/**
 * @import { Host } from "tenon"
 * @import { Row } from "./types.js"
 */

const source = new URL("plugins/arithmetic.mjs", import.meta.url);

/**
 * Ten inline plugins at one extension point, compared with ten taps of the same functions.
 *
 * @param {Host} host
 * @param {number} scale
 * @returns {Promise<Row[]>}
 */
export async function points(host, scale) {
  const point = host.point(arithmetic);
  const waterfall = new tapable.SyncWaterfallHook(["a", "b"]);
  const words = new tapable.SyncWaterfallHook(["text"]);
  const series = new tapable.SyncHook(["value"]);
  const asyncSeries = new tapable.AsyncSeriesHook(["value"]);
  const hooks = createHooks();
  for (let index = 0; index < 10; index++) {
    point.add(await host.open(source, arithmetic, { fresh: true, name: `plugin-${index}` }));
    // The same source, evaluated once for each tap, since ten plugins are ten separate pieces of code.
    const text = readFileSync(source, "utf8").replaceAll("export ", "");
    const { add, note, upper } = new Function(`${text}\nreturn { add, note, upper, seen };`)();
    waterfall.tap(`tap-${index}`, add);
    words.tap(`tap-${index}`, upper);
    series.tap(`tap-${index}`, note);
    asyncSeries.tap(`tap-${index}`, note);
    hooks.hook("note", note);
  }
  // Different texts, since the engine would compute the result for a constant one only once.
  const texts = Array.from({ length: 8 }, (_, index) => `some text ${index}`);
  const rounds = 11;
  return [
    ...(await compare("point of 10, waterfall of text, synchronous", {
      ours: (count) => {
        let length = 0;
        for (let index = 0; index < count; index++)
          length += point.sync.waterfall.upper(/** @type {string} */ (texts[index & 7])).length;
        return length;
      },
      theirs: {
        tapable: (count) => {
          let length = 0;
          for (let index = 0; index < count; index++)
            length += words.call(/** @type {string} */ (texts[index & 7])).length;
          return length;
        },
      },
      limit: 1.2,
      count: 5e4 * scale,
      rounds,
    })),
    ...(await compare("point of 10, waterfall of additions that inline to nothing, synchronous", {
      ours: (count) => {
        let sum = 0;
        for (let index = 0; index < count; index++) sum = point.sync.waterfall.add(sum, index);
        return sum;
      },
      theirs: {
        tapable: (count) => {
          let sum = 0;
          for (let index = 0; index < count; index++) sum = waterfall.call(sum, index);
          return sum;
        },
      },
      limit: 1.2,
      count: 2e5 * scale,
      rounds,
    })),
    ...(await compare("point of 10, series, synchronous", {
      ours: (count) => {
        for (let index = 0; index < count; index++) point.sync.series.note(index);
        return count;
      },
      theirs: {
        tapable: (count) => {
          for (let index = 0; index < count; index++) series.call(index);
          return count;
        },
      },
      limit: 1.2,
      count: 2e5 * scale,
      rounds,
    })),
    ...(await compare("point of 10, series, asynchronous", {
      ours: async (count) => {
        for (let index = 0; index < count; index++) await point.series.note(index);
        return count;
      },
      theirs: {
        tapable: async (count) => {
          for (let index = 0; index < count; index++) await asyncSeries.promise(index);
          return count;
        },
        hookable: async (count) => {
          for (let index = 0; index < count; index++) await hooks.callHook("note", index);
          return count;
        },
      },
      limit: 1.2,
      count: 3e4 * scale,
      rounds,
    })),
  ];
}
