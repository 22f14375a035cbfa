import { describe, expect, test } from "vitest";
import type { FunctionType, ResourceType } from "../../../../contract/index.js";
import {
  ComponentState,
  compileLift,
  compileLower,
  dropObject,
  type GuestObject,
  type ResourceKind,
  resourceDrop,
  resourceNew,
  resourceRep,
} from "../index.js";
import { functionOf, GuestHeap } from "../testing/guest-heap.mjs";

function resource(name: string): ResourceType {
  return { kind: "resource", name, constructs: undefined, methods: [], statics: [] };
}

/** An instance that implements `counter` and uses the host's `bucket`. */
function instance() {
  const heap = new GuestHeap();
  const state = new ComponentState("guest");
  const [counterType, bucketType] = [resource("counter"), resource("bucket")];
  const ended: unknown[] = [];
  const counter: ResourceKind = { type: counterType, owner: state, drop: (number) => ended.push(number) };
  const bucket: ResourceKind = { type: bucketType, owner: undefined, drop: (object) => ended.push(object) };
  const resolve = (type: ResourceType) => (type === counterType ? counter : bucket);
  const lift = (type: FunctionType, core: (...flat: any[]) => unknown) =>
    compileLift("call", type, core, heap.options(), state, resolve);
  const lower = (type: FunctionType, target: (...values: any[]) => unknown) =>
    compileLower("host", type, target, () => heap.options(), state, resolve);
  const own = (type: ResourceType) => ({ kind: "own", resource: type }) as const;
  const borrow = (type: ResourceType) => ({ kind: "borrow", resource: type }) as const;
  return { state, counterType, bucketType, counter, bucket, ended, lift, lower, own, borrow };
}

const abi = (message: string) =>
  expect.objectContaining({ code: "TENON_WASM_ABI", message: expect.stringContaining(message) });

describe("an object that an instance implements", () => {
  test("is a representation outside the instance and a number inside, and is destroyed once", () => {
    const { state, counterType, counter, ended, lift, own, borrow } = instance();
    const [make, rep, drop] = [resourceNew(counter, state), resourceRep(counter, state), resourceDrop(counter, state)];
    const create = lift(functionOf([], own(counterType)), () => make(77));
    const get = lift(functionOf([borrow(counterType)], { kind: "u32" }), (number) => number);
    const consume = lift(functionOf([own(counterType)], { kind: "u32" }), (handle) => {
      const number = rep(handle);
      drop(handle);
      return number;
    });
    const object = create() as GuestObject;
    expect(object).toMatchObject({ kind: counter, number: 77 });
    expect(state.handles.size).toBe(0);
    expect(get(object)).toBe(77);
    expect(consume(object)).toBe(77);
    expect(ended).toEqual([77]);
    dropObject(counter, create());
    expect(ended).toEqual([77, 77]);
  });

  test("is rejected if it is of another kind or instance, and the instance remains usable", () => {
    const one = instance();
    const other = instance();
    const foreign = other.lift(functionOf([], other.own(other.counterType)), () =>
      resourceNew(other.counter, other.state)(1),
    )();
    const get = one.lift(functionOf([one.borrow(one.counterType)], undefined), () => {});
    for (const wrong of [foreign, {}])
      expect(() => get(wrong)).toThrowError(expect.objectContaining({ code: "TENON_RESOURCE_FOREIGN" }));
    expect(one.state.mayEnter).toBe(true);
    get(one.lift(functionOf([], one.own(one.counterType)), () => resourceNew(one.counter, one.state)(2))());
  });

  test("cannot be destroyed while its instance runs", () => {
    const { state, counterType, counter, lift, own } = instance();
    const object = lift(functionOf([], own(counterType)), () => resourceNew(counter, state)(1))();
    let failure: unknown;
    lift(functionOf([], undefined), () => {
      try {
        dropObject(counter, object);
      } catch (error) {
        failure = error;
      }
    })();
    expect(failure).toMatchObject({ code: "TENON_WASM_BUSY" });
  });
});

describe("an object of the host", () => {
  test("can be lent for a call, which must drop it before it ends", () => {
    const { state, bucketType, bucket, ended, lift, borrow } = instance();
    const drop = resourceDrop(bucket, state);
    lift(functionOf([borrow(bucketType)], undefined), (handle) => drop(handle))({ name: "b" });
    expect([ended, state.handles.size]).toEqual([[], 0]);
    const keep = lift(functionOf([borrow(bucketType)], undefined), () => {});
    expect(() => keep({ name: "b" })).toThrowError(abi("still holds 1 borrowed handles"));
  });

  test("can be owned by the guest, passed back to the host, and destroyed by dropping it", () => {
    const { state, bucketType, bucket, ended, lift, lower, own, borrow } = instance();
    const [first, second] = [{ name: "1" }, { name: "2" }];
    const seen: unknown[] = [];
    const look = lower(functionOf([borrow(bucketType)], undefined), (object) => seen.push(object));
    const giveBack = lower(functionOf([own(bucketType)], undefined), (object) => seen.push(object));
    lift(functionOf([own(bucketType), own(bucketType)], undefined), (a, b) => {
      look(a);
      giveBack(a);
      resourceDrop(bucket, state)(b);
    })(first, second);
    expect(seen).toEqual([first, first]);
    expect(ended).toEqual([second]);
    expect(state.handles.size).toBe(0);
  });

  test("cannot be dropped or passed on while it is lent to a call", () => {
    const { state, bucketType, bucket, lift, lower, own, borrow } = instance();
    let failure: unknown;
    const look = lower(functionOf([borrow(bucketType)], undefined), () => {
      try {
        resourceDrop(bucket, state)(1);
      } catch (error) {
        failure = error;
      }
    });
    expect(() => lift(functionOf([own(bucketType)], undefined), look)({})).toThrowError(abi("while a call borrows it"));
    expect(failure).toEqual(abi("while a call borrows it"));
    // The guest caught the exception, but its instance has failed anyway.
    expect(state.trapped).toBe(failure);
  });
});

describe("handles", () => {
  test("are rejected if they do not exist, were dropped, or have another type", () => {
    const { state, counter, bucket } = instance();
    const drop = resourceDrop(counter, state);
    for (const handle of [0, 1, -1, 0x7fff_ffff])
      expect(() => drop(handle)).toThrowError(abi("the handle does not exist"));
    const handle = resourceNew(counter, state)(5);
    expect(() => resourceDrop(bucket, state)(handle)).toThrowError(abi("as a bucket, but it is a counter"));
    drop(handle);
    expect(() => drop(handle)).toThrowError(abi("the handle does not exist"));
  });

  test("are numbered from 1, and the last one dropped is reused first", () => {
    const { state, counter } = instance();
    const [make, drop] = [resourceNew(counter, state), resourceDrop(counter, state)];
    expect([make(1), make(2), make(3)]).toEqual([1, 2, 3]);
    drop(1);
    drop(3);
    expect([make(4), make(5), make(6)]).toEqual([3, 1, 4]);
  });

  test("cannot be passed on if they are only borrowed", () => {
    const { bucketType, lift, lower, own, borrow } = instance();
    const giveAway = lower(functionOf([own(bucketType)], undefined), () => {});
    const call = lift(functionOf([borrow(bucketType)], undefined), giveAway);
    expect(() => call({})).toThrowError(abi("which it only borrows"));
  });

  test("are limited in number", () => {
    const { state, counter } = instance();
    const make = resourceNew(counter, state);
    expect(() => {
      for (;;) make(1);
    }).toThrowError(abi("holds more than 1048576 handles"));
  });
});
