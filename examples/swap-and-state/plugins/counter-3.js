// Version 3 loads, takes over the state, and then finds that it is not well.
let count = 0;

export const version = () => "3";
export const increment = (by) => (count += by);
export const saveState = () => ({ count });
export const restoreState = (state) => void (count = state.count);

export function health() {
  throw new Error("the database of version 3 cannot be reached");
}
