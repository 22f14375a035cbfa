import { getHeapStatistics } from "node:v8";
import { isTenonError } from "../../../errors/index.js";
import { Mutant, type Seed } from "./mutation.mjs";
import { Random } from "./random.mjs";
import { Input, readers } from "./readers.mjs";

/** The results for all inputs. */
export interface Outcome {
  count: number;
  /** For each reader: how often it succeeded, had nothing to do, or failed, by code. */
  readers: Record<string, Record<string, number>>;
  slowest: Measure;
  /** The most memory allocated while one input was read, including memory that was freed again. */
  largest: Measure;
  /** Inputs that took more than {@link memoryLimit}. */
  excessive: Measure[];
  /** Inputs on which a reader failed with an error other than a TenonError. */
  faults: Fault[];
}

export interface Measure {
  readonly index: number;
  readonly seed: string;
  readonly inputBytes: number;
  /** Milliseconds, or bytes. */
  readonly value: number;
}

export interface Fault {
  readonly index: number;
  readonly seed: string;
  readonly reader: string;
  readonly message: string;
}

export interface Plan {
  readonly seeds: readonly Seed[];
  /** Equal seeds make equal inputs, independent of each other: input 7 is always the same. */
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** Reads the seeds unchanged. */
  readonly unchanged?: boolean;
  /** One in how many inputs is made from a Go program, which is large. Default: 10. */
  readonly largeOneIn?: number;
  /** The step between inputs, so that processes can share a range. */
  readonly step?: number;
  /** Receives the index from time to time, so that an input that hangs can be found. */
  readonly progress?: (index: number) => void;
  /** Receives each input before it is read. */
  readonly each?: (index: number, bytes: Uint8Array) => void;
}

const largeGroup = "go";

const nowhere: Measure = { index: -1, seed: "none", inputBytes: 0, value: 0 };

/** Mutates the seeds and passes each mutated file to every reader. */
export function fuzz(plan: Plan): Outcome {
  const outcome: Outcome = { count: 0, readers: {}, slowest: nowhere, largest: nowhere, excessive: [], faults: [] };
  for (const { name } of readers) outcome.readers[name] = {};
  const mutants = new Map(plan.seeds.map((seed) => [seed, new Mutant(seed)]));
  const names = [...new Set(plan.seeds.map(({ group }) => group))].filter((group) => group !== largeGroup);
  const small = names.map((name) => plan.seeds.filter(({ group }) => group === name));
  const others = plan.seeds.filter(({ group }) => group === largeGroup);
  const before = Error.stackTraceLimit;
  // Most inputs cause errors, and their stacks are not needed.
  Error.stackTraceLimit = 0;
  try {
    for (let index = plan.from; index < plan.to; index += plan.step ?? 1) {
      const random = new Random(plan.seed, index);
      const isLarge = others.length > 0 && random.oneIn(plan.largeOneIn ?? 10);
      const seed = random.pick(isLarge ? others : random.pick(small));
      const mutant = mutants.get(seed);
      if (mutant === undefined) continue;
      const bytes = plan.unchanged === true ? seed.bytes : mutant.make(random, plan.seeds);
      plan.each?.(index, bytes);
      if (outcome.count % 512 === 0) plan.progress?.(index);
      measure(outcome, { index, seed: seed.name, inputBytes: bytes.length }, bytes);
      mutant.restore();
    }
  } finally {
    Error.stackTraceLimit = before;
  }
  return outcome;
}

function measure(outcome: Outcome, about: Omit<Measure, "value">, bytes: Uint8Array): void {
  outcome.count++;
  const held = memory();
  // Processor time, not wall time, because other work on the machine must not count.
  const start = processorMilliseconds();
  readAll(outcome, about, bytes);
  const took = processorMilliseconds() - start;
  const taken = memory() - held;
  if (took > outcome.slowest.value) outcome.slowest = { ...about, value: took };
  if (taken > outcome.largest.value) outcome.largest = { ...about, value: taken };
  if (taken > memoryLimit(bytes.length)) outcome.excessive.push({ ...about, value: taken });
}

/** The most memory that one input may allocate: a multiple of its size, plus what the engine itself needs. */
export function memoryLimit(inputBytes: number): number {
  return 16 * 1024 * 1024 + 64 * inputBytes;
}

function memory(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

function readAll(outcome: Outcome, about: Omit<Measure, "value">, bytes: Uint8Array): void {
  const input = new Input(bytes);
  for (const { name, read } of readers) {
    const counts = outcome.readers[name] ?? {};
    let key = "result";
    try {
      if (read(input) === false) key = "nothing";
    } catch (thrown) {
      if (isTenonError(thrown)) key = thrown.code;
      else {
        key = "FAULT";
        const { index, seed } = about;
        outcome.faults.push({ index, seed, reader: name, message: String(thrown) });
      }
    }
    counts[key] = (counts[key] ?? 0) + 1;
  }
}

/** Sums the results of all processes. */
export function together(outcomes: readonly Outcome[]): Outcome {
  const sum: Outcome = { count: 0, readers: {}, slowest: nowhere, largest: nowhere, excessive: [], faults: [] };
  for (const each of outcomes) {
    sum.count += each.count;
    sum.faults.push(...each.faults);
    sum.excessive.push(...each.excessive);
    if (each.slowest.value > sum.slowest.value) sum.slowest = each.slowest;
    if (each.largest.value > sum.largest.value) sum.largest = each.largest;
    for (const [reader, counts] of Object.entries(each.readers)) {
      const all = (sum.readers[reader] ??= {});
      for (const [key, count] of Object.entries(counts)) all[key] = (all[key] ?? 0) + count;
    }
  }
  return sum;
}

function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
