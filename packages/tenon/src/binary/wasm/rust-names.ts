/** The most parts that a name may have: names come from the plugin's file, and parts of a name can refer to others. */
const mostSteps = 500;

/** Returns a function's name as the author of a Rust plugin wrote it, without generic arguments; other names unchanged. */
export function readableName(name: string): string {
  if (name.startsWith("_ZN") && name.endsWith("E")) return legacyName(name.slice(3, -1)) ?? name;
  if (!/^_R[A-Z]/.test(name)) return name;
  try {
    return new RustName(name.slice(2)).path();
  } catch {
    return name;
  }
}

/** Source: rustc's symbol names before v0: the parts with their lengths, the last of which is a hash. */
function legacyName(text: string): string | undefined {
  const parts: string[] = [];
  for (let rest = text; rest !== ""; ) {
    const digits = /^\d+/.exec(rest)?.[0];
    if (digits === undefined) return undefined;
    const end = digits.length + Number(digits);
    if (end > rest.length) return undefined;
    parts.push(rest.slice(digits.length, end));
    rest = rest.slice(end);
  }
  if (/^h[0-9a-f]{16}$/.test(parts.at(-1) ?? "")) parts.pop();
  return parts
    .join("::")
    .replaceAll("$LT$", "<")
    .replaceAll("$GT$", ">")
    .replaceAll("$u20$", " ")
    .replaceAll("$RF$", "&")
    .replaceAll("$u7b$", "{")
    .replaceAll("$u7d$", "}")
    .replaceAll("..", "::")
    .replaceAll("_<", "<")
    .replaceAll("_{{closure}}", "{closure}");
}

/** Reads a name of Rust's mangling v0. Source: RFC 2603. */
class RustName {
  readonly #text: string;
  #at = 0;
  #steps = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @throws an Error if it is not a name. */
  path(): string {
    if (++this.#steps > mostSteps) throw new Error("too long");
    const kind = this.#next();
    switch (kind) {
      case "C":
        return this.#identifier();
      case "M":
        this.#implementation();
        return `<${this.#type()}>`;
      case "X":
        this.#implementation();
        return this.#implemented();
      case "Y":
        return this.#implemented();
      case "N": {
        const namespace = this.#next();
        const outer = this.path();
        const name = this.#identifier();
        if (namespace === "C") return `${outer}::{closure}`;
        return name === "" ? outer : `${outer}::${name}`;
      }
      case "I": {
        const generic = this.path();
        while (!this.#take("E")) this.#argument();
        return generic;
      }
      case "B":
        return this.#backReference(() => this.path());
      default:
        throw new Error("not a path");
    }
  }

  #implementation(): void {
    if (this.#take("s")) this.#number();
    this.path();
  }

  #implemented(): string {
    const type = this.#type();
    return `<${type} as ${this.path()}>`;
  }

  #argument(): void {
    if (this.#take("L")) this.#number();
    else if (this.#take("K")) this.#constant();
    else this.#type();
  }

  #constant(): void {
    if (this.#take("p")) return;
    if (this.#take("B")) {
      this.#number();
      return;
    }
    this.#type();
    while (this.#next() !== "_");
  }

  #type(): string {
    if (++this.#steps > mostSteps) throw new Error("too long");
    const kind = this.#text[this.#at] ?? "";
    const basic = basicTypes[kind];
    if (basic !== undefined) {
      this.#at++;
      return basic;
    }
    if (/[CMXYNI]/.test(kind)) return this.path();
    this.#at++;
    switch (kind) {
      case "A": {
        const element = this.#type();
        this.#constant();
        return `[${element}]`;
      }
      case "S":
        return `[${this.#type()}]`;
      case "T": {
        const items: string[] = [];
        while (!this.#take("E")) items.push(this.#type());
        return `(${items.join(", ")})`;
      }
      case "R":
      case "Q":
        if (this.#take("L")) this.#number();
        return `&${kind === "Q" ? "mut " : ""}${this.#type()}`;
      case "P":
      case "O":
        return `*${kind === "P" ? "const" : "mut"} ${this.#type()}`;
      case "B":
        return this.#backReference(() => this.#type());
      default:
        throw new Error("a type that is not read");
    }
  }

  #identifier(): string {
    if (this.#take("s")) this.#number();
    this.#take("u");
    const digits = /^\d+/.exec(this.#text.slice(this.#at))?.[0];
    if (digits === undefined) throw new Error("not an identifier");
    this.#at += digits.length;
    this.#take("_");
    const name = this.#text.slice(this.#at, this.#at + Number(digits));
    this.#at += Number(digits);
    return name;
  }

  #backReference<T>(read: () => T): T {
    const target = this.#number();
    const back = this.#at;
    if (target >= back) throw new Error("not a reference to something before it");
    this.#at = target;
    const found = read();
    this.#at = back;
    return found;
  }

  /** A number in base 62: `_` is 0, `0_` is 1. */
  #number(): number {
    let value = 0;
    let any = false;
    for (let digit = this.#next(); digit !== "_"; digit = this.#next()) {
      const found = digits62.indexOf(digit);
      if (found < 0) throw new Error("not a number");
      value = value * 62 + found;
      any = true;
    }
    return any ? value + 1 : 0;
  }

  #next(): string {
    const character = this.#text[this.#at++];
    if (character === undefined) throw new Error("incomplete");
    return character;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }
}

const digits62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

const basicTypes: Readonly<Record<string, string>> = {
  ...{
    a: "i8",
    b: "bool",
    c: "char",
    d: "f64",
    e: "str",
    f: "f32",
    h: "u8",
    i: "isize",
    j: "usize",
    l: "i32",
    m: "u32",
  },
  ...{ n: "i128", o: "u128", s: "i16", t: "u16", u: "()", v: "…", x: "i64", y: "u64", z: "!", p: "_" },
};
