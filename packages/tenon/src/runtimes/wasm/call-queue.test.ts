import { expect, it } from "vitest";
import { ComponentState } from "./abi/state/component-state.js";
import { CallQueue } from "./call-queue.js";

it("calls wait while code of the instance is on the stack, and then begin in order", async () => {
  const state = new ComponentState("test");
  const queue = new CallQueue([state]);
  expect(queue.isOccupied).toBe(false);
  state.mayEnter = false;
  expect(queue.isOccupied).toBe(true);
  const begun: number[] = [];
  for (const number of [1, 2]) queue.add(() => void begun.push(number));
  queue.add(() => {
    queue.add(() => void begun.push(4));
    begun.push(3);
  });
  expect(begun).toEqual([]);
  state.mayEnter = true;
  expect(queue.isOccupied).toBe(true);
  await Promise.resolve();
  expect(begun).toEqual([1, 2, 3, 4]);
  expect(queue.isOccupied).toBe(false);
});

it("calls wait for code that the engine has suspended, and begin when it returns or traps", async () => {
  for (const how of ["returns", "traps"] as const) {
    const state = new ComponentState("test");
    const queue = new CallQueue([state]);
    state.mayEnter = false;
    const begun = new Promise<void>((resolve) => queue.add(resolve));
    await Promise.resolve();
    if (how === "returns") {
      state.mayEnter = true;
      state.concurrency.left(state);
    } else {
      state.trapped = new Error("trapped") as NonNullable<typeof state.trapped>;
      state.concurrency.fail(state.trapped);
    }
    await begun;
  }
});

it("an instance that a host function may call back does not wait", () => {
  const state = new ComponentState("test");
  state.reentrant = true;
  state.mayEnter = false;
  expect(new CallQueue([state]).isOccupied).toBe(false);
});
