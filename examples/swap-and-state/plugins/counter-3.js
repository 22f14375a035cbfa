// Version 3 loads and takes over the state, but its health check fails.
let count = 0;

export const version = () => "3";
export const increment = (by) => (count += by);
export const saveState = () => ({ count });
export const restoreState = (state) => void (count = state.count);

export function health() {
  throw new Error("the database of version 3 cannot be reached");
}
