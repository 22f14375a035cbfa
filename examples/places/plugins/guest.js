// One plugin for all places: its code does not know where it runs.
let calls = 0;

export { pid as process };

const pid = () => process.pid;

export const environment = (name) => process.env[name];

export const count = () => ++calls;

export function loop() {
  for (;;);
}

export const exit = (code) => process.exit(code);
