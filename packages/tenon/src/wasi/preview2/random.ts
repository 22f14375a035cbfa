import { wasiMisuse } from "../../errors/factories/wasi.js";
import type { Randomness } from "../capabilities/randomness.js";
import type { HostInterface } from "../model/types.js";
import type { Context } from "./io/context.js";

const mostBytes = 64n * 1024n * 1024n;

/** `wasi:random/random`. */
export const random = ({ capabilities: { randomness } }: Context): HostInterface => ({
  functions: { "get-random-bytes": bytesOf(randomness), "get-random-u64": () => numberOf(randomness) },
  resources: {},
});

/** `wasi:random/insecure`. */
export const insecure = ({ capabilities: { insecureRandomness } }: Context): HostInterface => ({
  functions: {
    "get-insecure-random-bytes": bytesOf(insecureRandomness),
    "get-insecure-random-u64": () => numberOf(insecureRandomness),
  },
  resources: {},
});

/** `wasi:random/insecure-seed`: always the same value for a component. */
export const insecureSeed = (context: Context): HostInterface => ({
  functions: {
    "insecure-seed": () => {
      const { insecureRandomness } = context.capabilities;
      context.insecureSeed ??= [numberOf(insecureRandomness), numberOf(insecureRandomness)];
      return context.insecureSeed;
    },
  },
  resources: {},
});

function bytesOf(randomness: Randomness) {
  return (length: bigint) => {
    if (length > mostBytes) throw wasiMisuse(`asked for ${length} random bytes; the maximum is ${mostBytes}`);
    const bytes = new Uint8Array(Number(length));
    randomness.fill(bytes);
    return bytes;
  };
}

function numberOf(randomness: Randomness): bigint {
  const words = new BigUint64Array(1);
  randomness.fill(new Uint8Array(words.buffer));
  return words[0]!;
}
