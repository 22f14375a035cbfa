import type { TenonError } from "../../../../errors/index.js";
import type { CallStack } from "./call-stack.js";
import { Concurrency } from "./concurrency.js";
import { HandleTable } from "./handle-table.js";

/** Generated code before it is bound to an instance. */
export type CompiledSource = (context: Readonly<Record<string, unknown>>) => (...parameters: any[]) => any;

/** The state that the canonical ABI keeps of one component instance: its handles, and whether it may be entered and left. */
export class ComponentState {
  /** For messages: the file, or the file and the nested component. */
  readonly subject: string;
  /** The maximum number of bytes that one call may read out of the instance; 0 for no limit. */
  readonly limit: number;
  /** All handles: to resources, and with asynchronous code to waitables and waitable sets. */
  handles: HandleTable;
  /** False while the instance runs a call, and after a trap. */
  mayEnter = true;
  /** False while `realloc` or a post-return function runs: they may not call imports. */
  mayLeave = true;
  /** Set by the first trap. No call enters the instance afterwards. */
  trapped: TenonError | undefined = undefined;
  /**
   * Whether built-ins may suspend the tasks that call them, so that all tasks must be called in a way that the engine can
   * suspend. Set, before any definition runs, for components whose functions block while they wait.
   */
  suspends = false;
  /**
   * Whether functions that are lifted synchronously may wait where they stand, because their types are asynchronous: they must
   * be called in a way that the engine can suspend. Set, before any definition runs, for components that have built-ins which
   * wait.
   */
  waitsInPlace = false;
  /** Tasks, streams and futures in progress. */
  readonly concurrency = new Concurrency();
  /** A failure that the guest itself caught and reported. The running call fails with it; the instance remains usable. */
  reported: TenonError | undefined = undefined;
  /** The end of what the running call has printed to standard error. Only calls that run alone begin with an empty one. */
  printed = "";
  /** Whether every call must be ready for a panic, because nothing announces it and the thread is the host's. */
  panicsQuietly = false;
  /** Whether the instance can call anything outside itself: false if it imports no function. */
  callsOut = true;
  /** Whether a host function may call the instance that called it: core modules allow that, components do not. */
  reentrant = false;
  /** Set where the engine may suspend calls of an instance with one stack in its memory: core modules. */
  stack: CallStack | undefined = undefined;
  /** Compiled code by its source, shared by all instances of the same file: compiled once, and bound to each. */
  sources = new Map<string, CompiledSource>();
  /** Called with the first trap. */
  readonly onTrap: (error: TenonError) => void;

  constructor(subject: string, limit = 0, onTrap: (error: TenonError) => void = () => {}) {
    this.subject = subject;
    this.limit = limit;
    this.onTrap = onTrap;
    this.handles = new HandleTable(subject);
  }

  /** Forgets the instance, for a new one that takes its place. Not for instances with asynchronous code. */
  renew(): void {
    this.handles = new HandleTable(this.subject);
    this.mayEnter = true;
    this.mayLeave = true;
    this.trapped = undefined;
    this.reported = undefined;
    this.printed = "";
  }
}
