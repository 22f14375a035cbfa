import { StringDecoder } from "node:string_decoder";

/** What a command writes to one of its streams: its first bytes, or its lines. */
export class CollectedOutput {
  readonly #most: number;
  readonly #longestLine: number;
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #decoder = new StringDecoder("utf8");
  readonly #parts: Buffer[] = [];
  #kept = 0;
  #line = "";
  #endedByReturn = false;
  /** How many bytes were written. */
  size = 0;

  /**
   * @param most how many bytes are kept.
   * @param onLine called with each line; a progress bar ends its lines with a carriage return.
   */
  constructor(most: number, onLine: ((line: string) => void) | undefined) {
    this.#most = most;
    this.#longestLine = Math.max(most, 2 ** 20);
    this.#onLine = onLine;
  }

  add(part: Buffer): void {
    this.size += part.length;
    const room = this.#most - this.#kept;
    if (room > 0) {
      this.#parts.push(part.subarray(0, room));
      this.#kept += Math.min(room, part.length);
    }
    if (this.#onLine !== undefined) this.#split(this.#decoder.write(part));
  }

  /** Passes on the last line if it has no end. */
  end(): void {
    if (this.#onLine === undefined) return;
    this.#split(this.#decoder.end());
    if (this.#line !== "") this.#onLine(this.#line);
    this.#line = "";
  }

  get text(): string {
    return Buffer.concat(this.#parts).toString("utf8");
  }

  #split(text: string): void {
    if (text === "") return;
    // A line break of two characters may be in two parts.
    const from = this.#endedByReturn && text.startsWith("\n") ? 1 : 0;
    this.#endedByReturn = text.endsWith("\r");
    const lines = text.slice(from).split(/\r\n|[\r\n]/);
    const last = lines.pop() ?? "";
    for (const line of lines) {
      const whole = this.#line + line;
      this.#line = "";
      this.#onLine?.(whole);
    }
    this.#line += last;
    if (this.#line.length <= this.#longestLine) return;
    this.#onLine?.(this.#line);
    this.#line = "";
  }
}
