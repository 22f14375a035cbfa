import type { Contribution } from "../../contributions/index.js";

/** WebAssembly files. */
export const wasmContribution: Contribution = {
  name: "wasm",
  files: { extensions: [".wasm"] },
  run: {
    options: [
      {
        flags: "--program-argument <TEXT>",
        description: "command-line argument of a WASI command (repeatable)",
        repeatable: true,
        sets: "arguments",
      },
      { flags: "--input <TEXT>", description: "standard input of a WASI command", sets: "input" },
      {
        flags: "--clock <TIME>",
        description: "freeze WebAssembly's clocks at this time: 2026-01-01, or milliseconds since 1970",
        read: readTime,
        sets: "clock",
      },
      { flags: "--seed <TEXT>", description: "seed for WebAssembly's random numbers", sets: "seed" },
    ],
  },
};

/** Reads a date, or milliseconds since 1970. */
export function readTime(text: string): number {
  const time = /^\d{1,16}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time))
    throw new RangeError("Expected a time, such as 2026-01-01T12:00:00Z, or milliseconds since 1970.");
  return time;
}
