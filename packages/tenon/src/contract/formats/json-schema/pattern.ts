/** Whether a text has a part that matches. Takes time in proportion to the text. */
export type Pattern = (text: string) => boolean;

const longestSource = 2_000;
const mostSteps = 4_000;

type Step =
  | { readonly kind: "one"; readonly matches: (character: string) => boolean }
  | { readonly kind: "either"; readonly other: number; next: number }
  | { readonly kind: "jump"; next: number }
  | { readonly kind: "start" }
  | { readonly kind: "end" };

/**
 * Compiles a pattern of ECMA-262 to an automaton. The engine's own matching can take exponential time, and a schema's
 * patterns come from a plugin. `undefined` for a pattern that has more than characters, classes, groups, alternatives,
 * repetitions and anchors, or that is not valid or too large.
 */
export function compilePattern(source: string): Pattern | undefined {
  if (source.length > longestSource) return undefined;
  try {
    // Only parses: it is never executed.
    new RegExp(source, "u");
    const steps = new Compiler(source).compile();
    return (text) => run(steps, text);
  } catch (error) {
    if (error instanceof Unsupported || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

class Unsupported extends Error {}

/** Translates a pattern that is known to be valid. */
class Compiler {
  readonly #source: string;
  readonly #steps: Step[] = [];
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  compile(): readonly Step[] {
    this.#alternatives();
    if (this.#at < this.#source.length) throw new Unsupported();
    return this.#steps;
  }

  #alternatives(): void {
    const begin = this.#steps.length;
    this.#sequence();
    const ends: number[] = [];
    while (this.#source[this.#at] === "|") {
      this.#at++;
      // What was compiled until now comes first, or else what follows.
      this.#insert(begin, { kind: "either", next: begin + 1, other: this.#steps.length + 2 });
      for (const [index, end] of ends.entries()) ends[index] = end + 1;
      ends.push(this.#push({ kind: "jump", next: 0 }));
      this.#sequence();
    }
    for (const end of ends) (this.#steps[end] as { next: number }).next = this.#steps.length;
  }

  #sequence(): void {
    while (this.#at < this.#source.length && !"|)".includes(this.#source[this.#at] as string)) this.#repeated();
  }

  #repeated(): void {
    const begin = this.#steps.length;
    this.#atom();
    const [quantifier, least, comma, most] =
      /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.#source.slice(this.#at, this.#at + 40)) ?? [];
    if (quantifier === undefined) return;
    this.#at += quantifier.length;
    const atom = this.#steps.splice(begin);
    const low = least === undefined ? (quantifier.startsWith("+") ? 1 : 0) : Number(least);
    const high =
      least === undefined
        ? quantifier.startsWith("?")
          ? 1
          : undefined
        : comma === ""
          ? low
          : most === ""
            ? undefined
            : Number(most);
    if ((high ?? low) * Math.max(1, atom.length) > mostSteps) throw new Unsupported();
    for (let count = 0; count < low; count++) this.#append(atom, begin);
    if (high === undefined) {
      const again = this.#steps.length;
      this.#push({ kind: "either", next: again + 1, other: again + atom.length + 2 });
      this.#append(atom, begin);
      this.#push({ kind: "jump", next: again });
    } else {
      const end = this.#steps.length + (high - low) * (atom.length + 1);
      for (let count = low; count < high; count++) {
        this.#push({ kind: "either", next: this.#steps.length + 1, other: end });
        this.#append(atom, begin);
      }
    }
  }

  #atom(): void {
    const rest = this.#source.slice(this.#at);
    const first = rest[0];
    if (first === "^" || first === "$") {
      this.#at++;
      this.#push({ kind: first === "^" ? "start" : "end" });
    } else if (first === "(") {
      const [opening] = /^\((?:\?:|\?<[^=!>][^>]*>|(?!\?))/.exec(rest) ?? [];
      if (opening === undefined) throw new Unsupported();
      this.#at += opening.length;
      this.#alternatives();
      this.#at++;
    } else {
      const [character] =
        /^(?:\[(?:[^\]\\]|\\.)*\]|\\u\{[0-9a-fA-F]+\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\[pP]\{[^}]*\}|\\[dDsSwWtnvfr^$\\.*+?()[\]{}|/-]|[^\\])/u.exec(
          rest,
        ) ?? [];
      // Back references, and \b, \c, \0.
      if (character === undefined) throw new Unsupported();
      if (/^\\u[dD][89a-fA-F]/.test(character)) throw new Unsupported();
      this.#at += character.length;
      const matcher = new RegExp(`^${character}$`, "u");
      this.#push({
        kind: "one",
        matches: /^[^\\[.]/u.test(character) ? (found) => found === character : (found) => matcher.test(found),
      });
    }
  }

  #push(step: Step): number {
    if (this.#steps.length >= mostSteps) throw new Unsupported();
    return this.#steps.push(step) - 1;
  }

  /** Appends steps that were compiled to begin at `from`. */
  #append(steps: readonly Step[], from: number): void {
    const shift = this.#steps.length - from;
    for (const step of steps) this.#push(shifted(step, shift));
  }

  #insert(at: number, step: Step): void {
    const moved = this.#steps.splice(at).map((each) => shifted(each, 1));
    this.#push(step);
    for (const each of moved) this.#push(each);
  }
}

function shifted(step: Step, by: number): Step {
  if (step.kind === "either") return { ...step, next: step.next + by, other: step.other + by };
  return step.kind === "jump" ? { ...step, next: step.next + by } : step;
}

function run(steps: readonly Step[], text: string): boolean {
  const marks = new Int32Array(steps.length + 1).fill(-1);
  const characters = [...text];
  let current: number[] = [];
  for (let at = 0; at <= characters.length; at++) {
    const waiting = [...current, 0];
    const ready: number[] = [];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (marks[next] === at) continue;
      marks[next] = at;
      const step = steps[next];
      if (step === undefined) return true;
      if (step.kind === "one") ready.push(next);
      else if (step.kind === "either") waiting.push(step.next, step.other);
      else if (step.kind === "jump") waiting.push(step.next);
      else if (step.kind === "start" ? at === 0 : at === characters.length) waiting.push(next + 1);
    }
    current = [];
    if (at === characters.length) break;
    const character = characters[at] as string;
    for (const each of ready)
      if ((steps[each] as { matches: (text: string) => boolean }).matches(character)) current.push(each + 1);
  }
  return false;
}
