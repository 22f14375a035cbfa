import { fail } from "tenon/guest";

/** Whatever the component's bindings gave: in the contract's own form there are no typed arrays but those of bytes. */
function expectPlain(value: unknown): void {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  if (ArrayBuffer.isView(value)) throw new TypeError("a typed array came in");
  for (const inner of Object.values(value)) expectPlain(inner);
}

function echo<T>(value: T): T {
  expectPlain(value);
  return value;
}

class Counter {
  #count: number;

  constructor(start: number) {
    this.#count = start;
  }

  add(values: number[]): number {
    this.#count = echo(values).reduce((sum, each) => sum + each, this.#count);
    return this.#count;
  }

  static twin(counter: Counter): Counter {
    return new Counter(counter.#count);
  }
}

const names = [
  ..."Bool S8 U8 S16 U16 S32 U32 S64 U64 F32 F64 Char String Bytes Numbers Strings Points Wides Optional".split(" "),
  ..."Outcomes Tuple Colour Permissions Many Shape Shapes Wide".split(" "),
];

interface Pair {
  a: number[];
  b?: number[];
}
interface Context {
  imports: {
    hostValues: {
      numbers(value: number[]): Promise<number[]>;
      echoPair(value: Pair): Promise<Pair>;
      refuse(): Promise<void>;
    };
  };
  sync: { hostValues: { numbers(value: number[]): number[] } };
  settings: unknown;
  log(line: string): void;
}

let context: Context;

export function activate(given: Context): void {
  context = given;
}

export const values = {
  ...Object.fromEntries(names.map((name) => [`echo${name}`, echo])),
  seventeen: (...all: number[]) => all.slice(0, 17).reduce((sum, each) => sum + each, 0),
  Counter,
  find(key: string): number {
    if (key === "") throw fail("no key");
    return key.length;
  },
  crash(): void {
    throw new RangeError("out of luck");
  },
  async ask(): Promise<string> {
    const { imports, sync, settings, log } = context;
    const numbers = echo(await imports.hostValues.numbers([1, 70_000]));
    const pair = echo(await imports.hostValues.echoPair({ a: [1], b: [0.5] }));
    log("asked");
    let refused: unknown;
    try {
      await imports.hostValues.refuse();
    } catch (error) {
      refused = error instanceof Error && (error as { payload?: unknown }).payload;
    }
    return JSON.stringify({ numbers, pair, sync: echo(sync.hostValues.numbers([])), settings, refused });
  },
};
