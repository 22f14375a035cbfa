import { type Component, readComponent } from "../../../tenon/src/binary/component/index.js";
import { encodeComponent } from "../../../tenon/src/binary/testing/component-encoder.mjs";
import { Random } from "../../../tenon/src/binary/testing/fuzz/random.mjs";
import { isTenonError } from "../../../tenon/src/errors/index.js";
import { changedBytes } from "./change-bytes.js";
import { changedStructure } from "./change-structure.js";
import type { Verdict, Wasmparser } from "./wasmparser.js";

export type Opinion = "valid" | "invalid" | "unsupported";

/** How often each pair of results occurred, and one example for each reason of a disagreement. */
export interface Agreement {
  /** By `ours/theirs`. */
  readonly counts: ReadonlyMap<string, number>;
  readonly differences: ReadonlyMap<string, { readonly example: string; readonly bytes: Uint8Array; times: number }>;
}

/** A component that both validators accept. */
export interface Subject {
  readonly name: string;
  readonly component: Component;
  /** Its binary form. */
  readonly bytes: Uint8Array;
}

interface Input {
  readonly index: number;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Inputs per batch: sending them one by one takes longer than validating them. */
const together = 64;

/**
 * Changes components, half of them byte by byte and half in their structure, and runs both validators on each. Equal seeds
 * produce equal inputs.
 *
 * @throws an Error if our validator throws anything but a coded error.
 */
export async function agreement(
  subjects: readonly Subject[],
  parser: Wasmparser,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<Agreement> {
  const counts = new Map<string, number>();
  const differences = new Map<string, { example: string; bytes: Uint8Array; times: number }>();
  const compare = ({ index, name, bytes }: Input, theirs: Verdict): void => {
    const ours = opinion(bytes);
    const key = `${ours.opinion}/${theirs.valid ? "valid" : "invalid"}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if ((ours.opinion === "valid") === theirs.valid) return;
    const reason = `${key}: ${(theirs.valid ? ours.reason : theirs.reason).replace(/0x[\da-f]+|\d+/g, "N")}`;
    const found = differences.get(reason);
    if (found !== undefined) found.times++;
    else {
      const example = `input ${index} of ${name}: ours: ${ours.reason || "valid"}; theirs: ${theirs.reason || "valid"}`;
      differences.set(reason, { example, bytes, times: 1 });
    }
  };
  for (let first = 0; first < count; first += together) {
    const inputs: Input[] = [];
    for (let index = first; index < Math.min(first + together, count); index++) {
      const random = new Random(seed, index);
      const subject = random.pick(subjects);
      const bytes = changed(subject, random);
      if (bytes !== undefined) inputs.push({ index, name: subject.name, bytes });
    }
    const verdicts = await Promise.all(inputs.map(({ bytes }) => parser.ask(bytes)));
    for (const [at, input] of inputs.entries()) compare(input, verdicts[at]!);
  }
  return { counts, differences };
}

/** Returns a changed component, or `undefined` if the result cannot be encoded. */
function changed({ component, bytes }: Subject, random: Random): Uint8Array | undefined {
  if (random.oneIn(2)) return changedBytes(bytes, coreModules(component, bytes), random);
  const other = changedStructure(component, random);
  try {
    return encodeComponent(other);
  } catch {
    return undefined;
  }
}

/** The ranges of core modules, whose code the engine validates. */
function coreModules(component: Component, bytes: Uint8Array): (readonly [number, number])[] {
  return component.definitions.flatMap((definition): (readonly [number, number])[] => {
    if (definition.kind === "component") return coreModules(definition.component, bytes);
    if (definition.kind !== "core-module") return [];
    const first = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(definition.bytes);
    return first < 0 ? [] : [[first, first + definition.bytes.length]];
  });
}

function opinion(bytes: Uint8Array): { readonly opinion: Opinion; readonly reason: string } {
  try {
    readComponent(bytes);
    return { opinion: "valid", reason: "" };
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    const unsupported = thrown.code === "TENON_COMPONENT_UNSUPPORTED";
    return { opinion: unsupported ? "unsupported" : "invalid", reason: `${thrown.code}: ${thrown.message}` };
  }
}
