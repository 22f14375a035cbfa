// Plugin 2 is a plain module: its exports are the contract's functions, and nothing of Tenon is imported.
let served = 0;

export function greet(name) {
  served++;
  return `Bonjour, ${name}, from plugin 2!`;
}

export function saveState() {
  return { served };
}

export function restoreState(state) {
  served = state.served;
}

export { count as served };

function count() {
  return served;
}
