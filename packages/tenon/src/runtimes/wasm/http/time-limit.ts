import { createContext, Script } from "node:vm";

let act: () => void = () => {};
let limited: { readonly script: Script; readonly context: object } | undefined;

/**
 * Runs a function, and stops it where it is when its time is over: no `catch` or `finally` of it runs then. What it has changed
 * must not be used again.
 *
 * @returns whether it ran to its end
 */
export function runsWithin(milliseconds: number, run: () => void): boolean {
  // Scripts are the only code that Node stops in the thread that runs it. The context is there to find the function.
  limited ??= { script: new Script("run()"), context: createContext({ run: () => act() }) };
  act = run;
  try {
    limited.script.runInContext(limited.context, { timeout: milliseconds });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException | undefined)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw thrown;
    return false;
  }
}
