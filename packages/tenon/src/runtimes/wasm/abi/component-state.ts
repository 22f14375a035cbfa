import type { TenonError } from "../../../errors/index.js";
import { Concurrency } from "./async/concurrency.js";
import type { CompiledSource } from "./compile.js";
import { HandleTable } from "./handle-table.js";
import type { CallStack } from "./stack/call-stack.js";

/** What the canonical ABI keeps of one component instance: its handles, and whether it may be entered and left. */
export class ComponentState {
  /** For messages: the file, or the file and the nested component. */
  readonly subject: string;
  /** Most bytes that the values of one call may take when they are read out of the instance; 0 for no limit. */
  readonly limit: number;
  /** Handles to resources, and with asynchronous code waitables and waitable sets, in one table. */
  readonly handles: HandleTable;
  /** False while the instance runs a call, and for ever after a trap: it is entered once at a time. */
  mayEnter = true;
  /** False while `realloc` or a post-return function runs: these may call nothing out. */
  mayLeave = true;
  /** Set by the first trap: from then on no call enters. */
  trapped: TenonError | undefined = undefined;
  /**
   * Whether built-ins may suspend the code of tasks that calls them, so that all tasks must be called in a way that lets
   * the engine do so: set, before any definition is run, for components with functions that wait where they stand.
   */
  suspends = false;
  /** Tasks, streams and futures under way. */
  readonly concurrency = new Concurrency();
  /** A failure that the guest itself has caught and told of: the call that runs ends with it, and the instance is sound. */
  reported: TenonError | undefined = undefined;
  /** Whether the instance has anything to call outside of itself: false for what imports no function at all. */
  callsOut = true;
  /** Whether a host function that the instance has called may call it again: core modules allow it, components do not. */
  reentrant = false;
  /** Set where the engine may suspend calls of an instance whose memory has one stack: core modules. */
  stack: CallStack | undefined = undefined;
  /** Code that was generated for instances of the same file, by its source: compiled once, and bound to each. */
  sources = new Map<string, CompiledSource>();
  /** Called with the first trap. */
  readonly lose: (error: TenonError) => void;

  constructor(subject: string, limit = 0, lose: (error: TenonError) => void = () => {}) {
    this.subject = subject;
    this.limit = limit;
    this.lose = lose;
    this.handles = new HandleTable(subject);
  }
}
