import type { LogLine } from "./index.js";

/** The longest line, in bytes, that is logged as one; a longer one is logged in pieces, without loss. */
export const longestLine = 64 * 1024;
/** How many bytes a plugin may print in one burst. */
export const burstBytes = 4 * 1024 * 1024;
/** How many bytes per second it may print in the long run. */
export const sustainedBytes = 1024 * 1024;

// Added to the size of each line, so that a flood of empty lines counts as well.
const lineCost = 64;
const tailBytes = 8 * 1024;
const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Limits how much of a plugin's output is passed on: a burst of {@link burstBytes}, then {@link sustainedBytes} per
 * second. Once the budget is used up, all output is dropped until the budget has recovered by one second's worth.
 */
export class OutputBudget {
  readonly #now: () => number;
  #left = burstBytes;
  #at: number;
  #exhausted = false;

  /** @param now a clock in milliseconds that never goes backwards. */
  constructor(now: () => number = performance.now.bind(performance)) {
    this.#now = now;
    this.#at = now();
  }

  /** Whether output is passed on at the moment. */
  open(): boolean {
    const now = this.#now();
    this.#left = Math.min(burstBytes, this.#left + ((now - this.#at) / 1000) * sustainedBytes);
    this.#at = now;
    if (this.#left <= 0) this.#exhausted = true;
    else if (this.#left >= sustainedBytes) this.#exhausted = false;
    return !this.#exhausted;
  }

  spend(bytes: number): void {
    this.#left -= bytes;
    if (this.#left <= 0) this.#exhausted = true;
  }
}

/** The state of {@link OutputLines} in shared memory, so that another thread can report it once this one has ended. */
export class SharedRest {
  readonly line: Buffer;
  readonly #counts: Float64Array;

  /** @param memory of {@link SharedRest.bytes}. */
  constructor(memory: SharedArrayBuffer) {
    this.#counts = new Float64Array(memory, 0, 2);
    this.line = Buffer.from(memory, 16, longestLine);
  }

  static readonly bytes = 16 + longestLine;

  get length(): number {
    return this.#counts[0]!;
  }
  set length(length: number) {
    this.#counts[0] = length;
  }
  get dropped(): number {
    return this.#counts[1]!;
  }
  set dropped(bytes: number) {
    this.#counts[1] = bytes;
  }
}

/**
 * Turns a plugin's output into log lines, whatever it writes: bytes that are not UTF-8, endless lines, gigabytes.
 *
 * Keeps at most one line and the tail in memory. Output beyond the budget is dropped; added lines say where, and how much.
 *
 * If the thread that writes may be killed, the thread that reads takes over its {@link SharedRest} and calls `end`.
 */
export class OutputLines {
  readonly #stream: "stdout" | "stderr";
  readonly #emit: (line: LogLine) => void;
  readonly #budget: OutputBudget;
  readonly #rest: { length: number; dropped: number };
  #partial: Buffer;
  #tail: Buffer = Buffer.alloc(0);
  #skipping = false;

  constructor(stream: "stdout" | "stderr", emit: (line: LogLine) => void, budget: OutputBudget, shared?: SharedRest) {
    this.#stream = stream;
    this.#emit = emit;
    this.#budget = budget;
    this.#rest = shared ?? { length: 0, dropped: 0 };
    this.#partial = shared?.line ?? Buffer.alloc(0);
  }

  push(chunk: Buffer): void {
    this.#keepTail(chunk);
    let from = 0;
    while (from < chunk.length) {
      if (!this.#budget.open()) {
        this.#drop(chunk, from);
        return;
      }
      const end = chunk.indexOf(newline, from);
      if (this.#skipping) {
        // The rest of a line whose beginning was dropped.
        this.#rest.dropped += (end < 0 ? chunk.length : end + 1) - from;
        if (end < 0) return;
        this.#skipping = false;
        from = end + 1;
        continue;
      }
      this.#reportDropped();
      const to = end < 0 ? chunk.length : end;
      from = this.#append(chunk, from, to);
      if (end >= 0 && from === to) {
        this.#flush(this.#rest.length);
        from++;
      }
    }
  }

  /** Passes on the last line if it has no newline. */
  end(): void {
    if (this.#rest.length > 0) this.#flush(this.#rest.length);
    this.#reportDropped();
  }

  /** The end of the output, including what was dropped. */
  get tail(): string {
    return this.#tail.toString("utf8");
  }

  #append(chunk: Buffer, from: number, to: number): number {
    const taken = Math.min(to - from, longestLine - this.#rest.length);
    if (this.#partial.length < this.#rest.length + taken) {
      const grown = Buffer.allocUnsafeSlow(Math.min(longestLine, Math.max(1024, (this.#rest.length + taken) * 2)));
      this.#partial.copy(grown, 0, 0, this.#rest.length);
      this.#partial = grown;
    }
    chunk.copy(this.#partial, this.#rest.length, from, from + taken);
    this.#rest.length += taken;
    if (this.#rest.length === longestLine && from + taken < to)
      this.#flush(wholeCharacters(this.#partial, longestLine));
    return from + taken;
  }

  /** Emits the first `length` bytes of the buffer as a line, and keeps the rest. */
  #flush(length: number): void {
    const end = length > 0 && this.#partial[length - 1] === carriageReturn ? length - 1 : length;
    const text = this.#partial.toString("utf8", 0, end);
    if (length < this.#rest.length) this.#partial.copyWithin(0, length, this.#rest.length);
    this.#rest.length -= length;
    this.#budget.spend(length + lineCost);
    this.#emit({ stream: this.#stream, text });
  }

  #drop(chunk: Buffer, from: number): void {
    if (this.#rest.dropped === 0) {
      const rate = `${sustainedBytes >> 20} MiB per second`;
      this.#remark(`the plugin writes more than ${rate} to ${this.#stream}: dropping output`);
    }
    this.#rest.dropped += chunk.length - from + this.#rest.length;
    this.#rest.length = 0;
    this.#skipping = chunk[chunk.length - 1] !== newline;
  }

  #reportDropped(): void {
    if (this.#rest.dropped === 0) return;
    const dropped = this.#rest.dropped;
    this.#rest.dropped = 0;
    this.#remark(`dropped ${dropped} bytes of ${this.#stream} here`);
  }

  #remark(text: string): void {
    this.#emit({ stream: this.#stream, text: `[tenon] ${text}` });
  }

  #keepTail(chunk: Buffer): void {
    if (chunk.length >= tailBytes) this.#tail = Buffer.from(chunk.subarray(chunk.length - tailBytes));
    else
      this.#tail = Buffer.concat([
        this.#tail.subarray(Math.max(0, this.#tail.length + chunk.length - tailBytes)),
        chunk,
      ]);
  }
}

/** Returns the largest number of bytes, up to `length`, that does not split a character. */
function wholeCharacters(bytes: Uint8Array, length: number): number {
  // A character has at most three continuation bytes (10xxxxxx) after its first.
  for (let back = 1; back <= 3; back++) {
    const byte = bytes[length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? length - back : length;
  }
  return length;
}
