let count = 0;

export const version = () => "1";

export function increment(by) {
  count += by;
  return count;
}

// Saved state is JSON that later versions must be able to read: a named field is easier to extend than a bare number.
export const saveState = () => ({ count });

export function restoreState(state) {
  count = state.count;
}
