import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type Type, t } from "../../../../contract/index.js";
import { errors } from "../../../../errors/index.js";
import { asyncFunction, CallbackGuest, exit, waitFor } from "../testing/callback-guest.mjs";

const coded = (code: string, message = "") =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });
const blocked = -1;

async function collect(source: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** A guest with functions over one type of stream, type 0; and futures of its elements, type 1. */
function streaming(element: Type | undefined) {
  const type = t.stream(element as Type);
  const guest = new CallbackGuest([type, t.future(element as Type)]);
  const built = {
    make: guest.builtIn({ kind: "stream-new", type: 0 }),
    read: guest.stream("read", "stream", 0),
    write: guest.stream("write", "stream", 0),
    cancelRead: guest.builtIn({ kind: "stream-cancel-read", type: 0, async: true }),
    dropReadable: guest.builtIn({ kind: "stream-drop-readable", type: 0 }),
    dropWritable: guest.builtIn({ kind: "stream-drop-writable", type: 0 }),
    set: guest.plain("waitable-set-new"),
    join: guest.plain("waitable-join"),
    words: (pointer: number, count: number) => [...new Uint32Array(guest.heap.memory.buffer, pointer, count)],
  };
  return { guest, type, ...built };
}

/** A guest function that returns a stream and writes these pieces to it, one after the other. */
function writer(setting: ReturnType<typeof streaming>, pieces: readonly (readonly [pointer: number, count: number])[]) {
  const { guest, make, write, dropWritable, set, join } = setting;
  const answer = guest.taskReturn(0);
  const log: number[] = [];
  let [next, waitables, end] = [0, 0, 0];
  const proceed = (): number => {
    while (next < pieces.length) {
      const [pointer, count] = pieces[next++]!;
      const status = write(end, pointer, count);
      if (status === blocked) return waitFor(waitables);
      log.push(status);
    }
    join(end, 0);
    dropWritable(end);
    return exit;
  };
  const call = guest.lift(
    asyncFunction([], setting.type),
    () => {
      const both: bigint = make();
      end = Number(both >> 32n);
      waitables = set();
      join(end, waitables);
      answer(Number(both & 0xffff_ffffn));
      return proceed();
    },
    (_code, _index, payload) => {
      log.push(payload);
      if ((payload & 15) === 0) return proceed();
      join(end, 0);
      dropWritable(end);
      return exit;
    },
  );
  return { call, log };
}

/** A guest function that reads a stream in pieces of this size, and returns the sum. */
function reader(setting: ReturnType<typeof streaming>, size: number, most = Number.POSITIVE_INFINITY) {
  const { guest, read, dropReadable, set, join, words } = setting;
  const answer = guest.taskReturn("u32");
  const counts: number[] = [];
  let [waitables, end, place, sum] = [0, 0, 0, 0];
  const take = (payload: number): boolean => {
    const count = payload >>> 4;
    counts.push(count);
    sum += words(place, count).reduce((total, word) => total + word, 0);
    return (payload & 15) === 0 && counts.length < most;
  };
  const finish = () => {
    join(end, 0);
    dropReadable(end);
    answer(sum);
    return exit;
  };
  const proceed = (): number => {
    for (;;) {
      const status = read(end, place, size);
      if (status === blocked) return waitFor(waitables);
      if (!take(status)) return finish();
    }
  };
  const call = guest.lift(
    asyncFunction([setting.type], t.u32),
    (given) => {
      end = given;
      waitables = set();
      join(end, waitables);
      place = guest.heap.words(...new Array<number>(size).fill(0));
      return proceed();
    },
    (_code, _index, payload) => (take(payload) ? proceed() : finish()),
  );
  return { call, counts };
}

describe("a guest's stream that the host reads", () => {
  test("yields its elements one by one, to the end", async () => {
    const setting = streaming(t.u32);
    const { heap } = setting.guest;
    const { call, log } = writer(setting, [
      [heap.words(1, 2, 3), 3],
      [heap.words(4), 1],
    ]);
    expect(await collect(call())).toEqual([1, 2, 3, 4]);
    expect(log).toEqual([3 << 4, 1 << 4]);
    expect(setting.guest.state.concurrency.dependents.size).toBe(0);
  });

  test("is not written far ahead of its reader", async () => {
    const setting = streaming(t.u32);
    const place = setting.guest.heap.words(...Array.from({ length: 1000 }, (_, index) => index));
    const { call, log } = writer(setting, [[place, 1000]]);
    const iterator = call()[Symbol.asyncIterator]();
    for (let index = 0; index < 10; index++) expect((await iterator.next()).value).toBe(index);
    await turn();
    expect(log.reduce((sum, payload) => sum + (payload >>> 4), 0)).toBeLessThan(100);
  });

  test("yields bytes in chunks, as they were written", async () => {
    const setting = streaming(t.u8);
    const { heap } = setting.guest;
    const { call } = writer(setting, [
      [heap.bytes(1, 2, 3), 3],
      [heap.bytes(4), 1],
    ]);
    expect(await collect(call())).toEqual([new Uint8Array([1, 2, 3]), new Uint8Array([4])]);
  });

  test("yields undefined for each element if it has no element type", async () => {
    const setting = streaming(undefined);
    const { call } = writer(setting, [[0, 3]]);
    expect(await collect(call())).toEqual([undefined, undefined, undefined]);
  });

  test("tells the guest when the host stops reading", async () => {
    const setting = streaming(t.u32);
    const { heap } = setting.guest;
    const { call, log } = writer(setting, [
      [heap.words(1), 1],
      [heap.words(2), 1],
      [heap.words(3), 1],
    ]);
    for await (const item of call()) if (item === 1) break;
    await turn();
    expect(log.at(-1)! & 15).toBe(1);
    expect(setting.guest.state.concurrency.dependents.size).toBe(0);
  });

  test("breaks when the instance fails", async () => {
    const setting = streaming(t.u32);
    const { call } = writer(setting, [
      [setting.guest.heap.words(1), 1],
      [65_536, 1],
    ]);
    const iterator = call()[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toBe(1);
    await expect(iterator.next()).rejects.toThrowError(coded("TENON_STREAM_BROKEN", "4 bytes at 65536"));
    await expect(iterator.next()).rejects.toThrowError(coded("TENON_STREAM_BROKEN"));
  });
});

describe("a host stream that a guest reads", () => {
  async function* numbers(count: number, seen: { made: number; ended: boolean } = { made: 0, ended: false }) {
    try {
      for (let index = 0; index < count; index++) {
        seen.made++;
        yield index;
      }
    } finally {
      seen.ended = true;
    }
  }

  test("delivers all elements, to the end", async () => {
    for (const size of [1, 7, 5000]) {
      const setting = streaming(t.u32);
      const { call } = reader(setting, size);
      expect(await call(numbers(1000))).toBe(499_500);
      expect(setting.guest.state.concurrency.dependents.size).toBe(0);
    }
  });

  test("delivers bytes in chunks that fit the guest's buffer", async () => {
    const setting = streaming(t.u8);
    const { call, counts } = reader(setting, 4);
    async function* bytes() {
      yield new Uint8Array(10);
      yield new Uint8Array(0);
      yield new Uint8Array(3);
    }
    await call(bytes());
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(13);
  });

  test("is not read further than the guest reads, and is closed when the guest stops", async () => {
    const seen = { made: 0, ended: false };
    const { call } = reader(streaming(t.u32), 1, 3);
    expect(await call(numbers(Number.POSITIVE_INFINITY, seen))).toBe(0 + 1 + 2);
    await turn();
    expect(seen.made).toBeLessThan(6);
    expect(seen.ended).toBe(true);
  });

  test("fails the instance if it throws or yields a wrong element, so that the guest does not take it for complete", async () => {
    async function* failing() {
      yield 1;
      throw new Error("disk");
    }
    async function* wrong() {
      yield "one";
    }
    for (const [source, message] of [
      [failing(), "disk"],
      [wrong(), "stream element: expected"],
    ] as const) {
      const setting = streaming(t.u32);
      await expect(reader(setting, 4).call(source)).rejects.toThrowError(coded("TENON_STREAM_BROKEN", message));
      expect(setting.guest.lost).toHaveLength(1);
    }
  });

  test("is closed when the instance is closed", async () => {
    const seen = { made: 0, ended: false };
    const setting = streaming(t.u32);
    async function* slow() {
      try {
        yield 1;
        await turn();
        yield 2;
      } finally {
        seen.ended = true;
      }
    }
    const { call } = reader(setting, 1);
    const answer = call(slow());
    setting.guest.state.concurrency.fail(errors.TENON_PLUGIN_CLOSED("closed"));
    await expect(answer).rejects.toThrowError(coded("TENON_PLUGIN_CLOSED"));
    await turn();
    await turn();
    expect(seen.ended).toBe(true);
  });

  test("passes from one instance to another without the host", async () => {
    const [one, other] = [streaming(t.u32), streaming(t.u32)];
    const place = one.guest.heap.words(...Array.from({ length: 100 }, (_, index) => index));
    const { call: give } = writer(one, [[place, 100]]);
    const { call: take, counts } = reader(other, 1000);
    expect(await take(give())).toBe(4950);
    // All of it in one read. The host never reads that much at a time.
    expect(counts[0]).toBe(100);
  });
});

describe("futures", () => {
  function futures() {
    const { guest, set, join } = streaming(t.string);
    return {
      guest,
      set,
      join,
      make: guest.builtIn({ kind: "future-new", type: 1 }),
      read: guest.stream("read", "future", 1),
      write: guest.stream("write", "future", 1),
      dropWritable: guest.builtIn({ kind: "future-drop-writable", type: 1 }),
    };
  }

  test("of a guest become promises", async () => {
    const { guest, make, write, dropWritable } = futures();
    const answer = guest.taskReturn(1);
    const call = guest.lift(asyncFunction([], t.future(t.string)), () => {
      const both: bigint = make();
      const end = Number(both >> 32n);
      answer(Number(both & 0xffff_ffffn));
      expect(write(end, guest.heap.words(guest.heap.bytes(0x68, 0x69), 2))).toBe(0);
      dropWritable(end);
      return exit;
    });
    expect(await call()).toBe("hi");
    expect(guest.state.handles.size).toBe(0);
  });

  test.each([
    ["u8", t.u8, 0x42, 0x42],
    ["u32", t.u32, 0x42, 0x42],
    ["list of u8", t.list(t.u8), [0, 0], new Uint8Array()],
  ] as const)("of type %s have that type on the side of the host", async (_, element, written, value) => {
    const { guest } = streaming(element);
    const make = guest.builtIn({ kind: "future-new", type: 1 });
    const write = guest.stream("write", "future", 1);
    const answer = guest.taskReturn(1);
    const call = guest.lift(asyncFunction([], t.future(element)), () => {
      const both: bigint = make();
      answer(Number(both & 0xffff_ffffn));
      expect(write(Number(both >> 32n), guest.heap.words(...[written].flat()))).toBe(0);
      return exit;
    });
    expect(await call()).toEqual(value);
  });

  test("of bytes that the host gives are bytes in the memory of the guest", async () => {
    const { guest, set, join } = streaming(t.u8);
    const read = guest.stream("read", "future", 1);
    const answer = guest.taskReturn("u8");
    const place = guest.heap.words(0xffff_ffff);
    const call = guest.lift(
      asyncFunction([t.future(t.u8)], t.u8),
      (given) => {
        expect(read(given, place)).toBe(blocked);
        const waitables = set();
        join(given, waitables);
        return waitFor(waitables);
      },
      () => {
        answer(new Uint8Array(guest.heap.memory.buffer)[place]);
        return exit;
      },
    );
    expect(await call(Promise.resolve(7))).toBe(7);
    expect(new Uint32Array(guest.heap.memory.buffer, place, 1)[0]).toBe(0xffff_ff07);
  });

  test("without a value are not in memory: any pointer will do", async () => {
    const { guest, set, join } = streaming(undefined);
    const make = guest.builtIn({ kind: "future-new", type: 1 });
    const [read, write] = [guest.stream("read", "future", 1), guest.stream("write", "future", 1)];
    const answer = guest.taskReturn(1);
    const call = guest.lift(
      asyncFunction([t.future(undefined as unknown as Type)], t.future(undefined as unknown as Type)),
      (given) => {
        const both: bigint = make();
        answer(Number(both & 0xffff_ffffn));
        expect(write(Number(both >> 32n), 0xdead_beef)).toBe(0);
        expect(read(given, 0xdead_beef)).toBe(blocked);
        const waitables = set();
        join(given, waitables);
        return waitFor(waitables);
      },
      () => exit,
    );
    expect(await call(turn())).toBe(undefined);
    expect(guest.lost).toEqual([]);
  });

  test("of the host are read once", async () => {
    const { guest, set, join, read } = futures();
    const answer = guest.taskReturn("string");
    let [place, end] = [0, 0];
    const call = guest.lift(
      asyncFunction([t.future(t.string)], t.string),
      (given) => {
        end = given;
        place = guest.heap.words(0, 0);
        expect(read(end, place)).toBe(blocked);
        const waitables = set();
        join(end, waitables);
        return waitFor(waitables);
      },
      (code, index, payload) => {
        expect([code, index, payload]).toEqual([4, end, 0]);
        answer(...new Uint32Array(guest.heap.memory.buffer, place, 2));
        return exit;
      },
    );
    expect(await call(turn("later"))).toBe("later");
  });

  test("of the host fail the instance if they reject, unless the guest has dropped them", async () => {
    const { guest } = futures();
    const answer = guest.taskReturn(undefined);
    const drop = guest.builtIn({ kind: "future-drop-readable", type: 1 });
    const call = guest.lift(asyncFunction([t.future(t.string)], undefined), (given) => {
      drop(given);
      answer();
      return exit;
    });
    call(Promise.reject(new Error("no")));
    await turn();
    expect(guest.lost).toEqual([]);
  });

  test("cannot be dropped by the writer before they are written", () => {
    const { make, dropWritable } = futures();
    const both: bigint = make();
    expect(() => dropWritable(Number(both >> 32n))).toThrowError(
      coded("TENON_WASM_ABI", "a future that was never written"),
    );
  });
});

describe("ends of streams", () => {
  test("a read can be cancelled", () => {
    const { guest, make, read, cancelRead, dropReadable } = streaming(t.u32);
    const readable = Number(make() & 0xffff_ffffn);
    expect(read(readable, guest.heap.words(0), 1)).toBe(blocked);
    expect(cancelRead(readable)).toBe(2);
    dropReadable(readable);
  });

  test.each([
    [
      "reads from the writable end",
      ({ make, read }: any) => read(Number(make() >> 32n), 16, 1),
      "as a readable stream, but it is a writable stream",
    ],
    [
      "reads twice at the same time",
      ({ make, read }: any) => {
        const end = Number(make() & 0xffff_ffffn);
        read(end, 16, 1);
        read(end, 16, 1);
      },
      "that is waiting",
    ],
    [
      "drops an end in use",
      ({ make, read, dropReadable }: any) => {
        const end = Number(make() & 0xffff_ffffn);
        read(end, 16, 1);
        dropReadable(end);
      },
      "while a read or write is in progress",
    ],
    [
      "reads into a buffer outside its memory",
      ({ make, read }: any) => read(Number(make() & 0xffff_ffffn), 65_536, 1),
      "4 bytes at 65536",
    ],
    [
      "reads too many elements",
      ({ make, read }: any) => read(Number(make() & 0xffff_ffffn), 16, -1),
      "4294967295 elements",
    ],
    [
      "cancels a read that is not in progress",
      ({ make, cancelRead }: any) => cancelRead(Number(make() & 0xffff_ffffn)),
      "that is idle",
    ],
  ])("a guest that %s traps", (_, act, message) => {
    expect(() => act(streaming(t.u32))).toThrowError(coded("TENON_WASM_ABI", message));
  });
});
