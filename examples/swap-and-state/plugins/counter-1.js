let count = 0;

export const version = () => "1";

export function increment(by) {
  count += by;
  return count;
}

// What a plugin saves is JSON, and is its contract with its successors: better a named field than a bare number.
export const saveState = () => ({ count });

export function restoreState(state) {
  count = state.count;
}
