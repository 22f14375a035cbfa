// Version 2 also counts its calls. It can read the state of version 1, which has no such count.
let count = 0;
let calls = 0;

export const version = () => "2";

export function increment(by) {
  calls++;
  count += by;
  return count;
}

export const saveState = () => ({ count, calls });

export function restoreState(state) {
  count = state.count;
  calls = state.calls ?? 0;
}
