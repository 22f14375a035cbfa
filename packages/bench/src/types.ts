import type { Host } from "tenon";
import type { InstanceFunction } from "tenon/runtime";

/** Does something `count` times. The value that it returns is used, so that the engine cannot leave the work out. */
export type Measured = (count: number) => unknown;

/** Two or more ways of doing the same thing. */
export interface Comparison {
  readonly ours: Measured;
  /** The peers by name. */
  readonly theirs: Readonly<Record<string, Measured>>;
  /** What the ratio has to keep; without it, there is no verdict. */
  readonly limit?: number | undefined;
  /** Whether the ratio says how many times faster Tenon is, and must be at least the limit. */
  readonly atLeast?: boolean;
  /** Operations per round. */
  readonly count: number;
  /** Measured rounds, after the same number of rounds to warm up. */
  readonly rounds: number;
}

/** The result of comparing with one peer. Times are nanoseconds per operation. */
export interface Row {
  readonly title: string;
  readonly ours: number;
  readonly theirs: number;
  readonly peer: string;
  readonly ratio: number;
  readonly limit: number | undefined;
  readonly atLeast: boolean;
  /** Whether the limit was met; undefined without one. */
  readonly met: boolean | undefined;
}

/** A group of comparisons. `scale` changes how many operations a round has. */
export type Group = (host: Host, scale: number) => Promise<Row[]>;

/** A function of a plugin or of a peer, whose parameters only the caller knows. */
export type AnyFunction = NonNullable<InstanceFunction["direct"]>;

/** A module of which only the names of its functions are known. */
export type AnyModule = Readonly<Record<string, AnyFunction>>;

/** The name of a function and its parameters, as JSON for another process. */
export type Call = readonly [name: string, ...parameters: unknown[]];

/** What every instance of a Go plugin exports that was made by hand. Its other exports are functions of numbers. */
export interface RawExports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
}

/** What watching-host.mjs reports to its parent: an event, and when it happened. */
export interface WatchMessage {
  readonly event: string;
  readonly at: number;
  /** Since the host started. The longest in milliseconds. */
  readonly calls?: { count: number; failed: number; longest: number };
}
