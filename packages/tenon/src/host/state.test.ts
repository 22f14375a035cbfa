import { describe, expect, test } from "vitest";
import { errors } from "../errors/index.js";
import type { CallControl, Instance } from "../runtime/index.js";
import { moveState, restoreState, saveState } from "./state.js";

const free: CallControl = { signal: undefined, deadline: 0 };
const bytes = (text: string) => new TextEncoder().encode(text);

/** An instance elsewhere that writes these parts, and then maybe fails. */
function writer(parts: readonly string[], failure?: Error): Instance {
  return {
    async saveText(write: (part: Uint8Array) => Promise<void>) {
      for (const part of parts) await write(bytes(part));
      if (failure !== undefined) throw failure;
      return parts.length > 0;
    },
  } as unknown as Instance;
}

/** An instance elsewhere that keeps what it gets, and fails after so many parts. */
function reader(failsAfter = Number.POSITIVE_INFINITY, failure = errors.TENON_STATE_FAILED("unknown state")) {
  const got: string[] = [];
  let most = 0;
  const instance = {
    async restoreText(parts: AsyncIterable<Uint8Array>) {
      let count = 0;
      for await (const part of parts) {
        if (++count > failsAfter) throw failure;
        got.push(new TextDecoder().decode(part));
        most = Math.max(most, count);
      }
      if (count >= failsAfter) throw failure;
    },
  } as unknown as Instance;
  return { instance, got };
}

describe("moveState()", () => {
  test("passes parts on in order, each once the one before it was taken", async () => {
    const { instance, got } = reader();
    expect(await moveState(writer(["[1", ",2", "]"]), instance, free)).toBe(true);
    expect(got).toEqual(["[1", ",2", "]"]);
  });

  test("restores nothing if there is no state", async () => {
    const { instance, got } = reader();
    expect(await moveState(writer([]), instance, free)).toBe(false);
    expect(got).toEqual([]);
  });

  test.each([0, 1, 3])("rejects with what the reader failed with, after %i parts", async (after) => {
    await expect(moveState(writer(["[1", ",2", "]"]), reader(after).instance, free)).rejects.toMatchObject({
      message: "unknown state",
    });
  });

  test("rejects with what the writer failed with, and the reader does not take the beginning for the whole", async () => {
    const failure = errors.TENON_STATE_FAILED("saving broke off");
    let restored = false;
    const instance = {
      async restoreText(parts: AsyncIterable<Uint8Array>) {
        for await (const _ of parts);
        restored = true;
      },
    } as unknown as Instance;
    await expect(moveState(writer(["[1", "]"], failure), instance, free)).rejects.toBe(failure);
    expect(restored).toBe(false);
  });

  test("moves a value between instances of which one has no parts", async () => {
    const restored: unknown[] = [];
    const values = {
      save: async () => ({ a: 1 }),
      restore: async (state: unknown) => void restored.push(state),
    } as unknown as Instance;
    expect(await moveState(values, values, free)).toBe(true);
    expect(await moveState(writer(['{"a":', "2}"]), values, free)).toBe(true);
    expect(restored).toEqual([{ a: 1 }, { a: 2 }]);
  });
});

test("a saved state can be restored more than once", async () => {
  const saved = await saveState(writer(["[1", "]"]), free);
  const [first, second] = [reader(), reader()];
  await restoreState(first.instance, saved!, free);
  await restoreState(second.instance, saved!, free);
  expect([first.got, second.got]).toEqual([
    ["[1", "]"],
    ["[1", "]"],
  ]);
});
