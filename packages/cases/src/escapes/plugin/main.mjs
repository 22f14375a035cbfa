import { attempts } from "./attempts.mjs";

/** @type {(name: string, on: string) => Promise<string>} */
export async function attempt(name, on) {
  const work = attempts[name];
  if (work === undefined) throw new Error(`no attempt ${name}`);
  try {
    return (await work(JSON.parse(on))) ? "" : "nothing was reached";
  } catch (error) {
    return error instanceof Error && error.message !== "" ? error.message : String(error);
  }
}
