import type { Fix } from "../error.js";
import { shellPath } from "../shell-word.js";

/** How to learn the contract of a plugin that declares it only when it runs. @param before what else helps, as sentences. */
export function importContract(
  given: string,
  before = "Pass the host's contract, or put a .wit file next to the plugin.",
): Fix {
  return {
    text: `${before} If the plugin's code declares its contract, this runs the plugin and writes the contract next to it:`,
    command: `tenon contract import ${shellPath(given)}`,
  };
}
