// Plugin 2 is a plain module: it exports the contract's functions and imports nothing from Tenon.
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
