import {
  type Code,
  choose,
  i32,
  i64,
  ifElse,
  invoke,
  local,
  memory,
  repeatWhile,
  returnValue,
  set,
  unreachable,
  when,
} from "./instructions.js";
import { cells, firstBlock, freed, head, headSize, largestClass, live, smallestClassBits } from "./layout.js";
import type { CoreShape, DefinedFunction, ImportedFunction } from "./module-bytes.js";

/** Why the kernel fails a call: the operand of `refuse`. */
export const failureReasons = ["memory", "output", "error"] as const;

const shape = (parameters: CoreShape["parameters"], results: CoreShape["results"] = []): CoreShape => ({
  parameters,
  results,
});

/** The functions of the host. Addresses are those of blocks in use; 0 means none. */
export const hostFunctions: readonly ImportedFunction[] = [
  { name: "refuse", ...shape(["i32"]) },
  { name: "config", ...shape(["i32"], ["i32"]) },
  { name: "variable", ...shape(["i32"], ["i32"]) },
  { name: "setVariable", ...shape(["i32", "i32"]) },
  { name: "request", ...shape(["i32", "i32"], ["i32"]) },
  { name: "status", ...shape([], ["i32"]) },
  { name: "headers", ...shape([], ["i32"]) },
  { name: "log", ...shape(["i32", "i32"]) },
  { name: "logLevel", ...shape([], ["i32"]) },
];

const cell = (address: number): Code => i32.load(i32.const(0), address);
const setCell = (address: number, value: Code): Code => i32.store(i32.const(0), value, address);
const clear = (address: number): Code => i64.store(i32.const(0), i64.const(0), address);
const before = (data: Code, field: number): Code => i32.load(i32.subtract(data, i32.const(field)));
const setBefore = (data: Code, field: number, value: Code): Code =>
  i32.store(i32.subtract(data, i32.const(field)), value);
const both = (one: Code, other: Code): Code => choose("i32", one, other, i32.const(0));

/** Whether `size` bytes at an offset are in the part of the memory that holds blocks. */
const inBlocks = (offset: Code, size: number): Code =>
  i64.atMost(
    i64.subtract(offset, i64.const(firstBlock)),
    i64.subtract(i64.extend(cell(cells.top)), i64.const(firstBlock + size)),
  );

/** The cell with the first free block of a capacity. */
const freeCell = (capacity: Code): Code =>
  choose(
    "i32",
    i32.atMost(capacity, i32.const(largestClass)),
    i32.add(
      i32.const(cells.free),
      i32.shiftLeft(i32.subtract(i32.const(31 - smallestClassBits), i32.countLeadingZeros(capacity)), i32.const(2)),
    ),
    i32.const(cells.freeLarge),
  );

/** The capacity of a block for `size` bytes. */
const capacityFor = (size: Code): Code => {
  const smallest = 1 << smallestClassBits;
  const power = i32.shiftLeft(
    i32.const(1),
    i32.subtract(i32.const(32), i32.countLeadingZeros(i32.subtract(size, i32.const(1)))),
  );
  const pages = i32.and(i32.add(size, i32.const(largestClass - 1)), i32.const(-largestClass));
  return choose(
    "i32",
    i32.atMost(size, i32.const(smallest)),
    i32.const(smallest),
    choose("i32", i32.atMost(size, i32.const(largestClass)), power, pages),
  );
};

/** Takes the first free block that is large enough, or a new one. Returns the address of its data, which are not cleared. */
const take: DefinedFunction = {
  name: "take",
  ...shape(["i32"], ["i32"]),
  locals: ["i32", "i32", "i32", "i64"],
  body: (index) => {
    const [size, capacity, link, data, end] = [local(0), local(1), local(2), local(3), local(4)];
    const isTooSmall = i32.isZero(i32.atLeast(before(data, head.capacity), capacity));
    return [
      ...set(1, capacityFor(size)),
      ...set(2, freeCell(capacity)),
      ...set(3, i32.load(link)),
      ...repeatWhile(both(data, isTooSmall), set(2, data), set(3, i32.load(data))),
      ...ifElse(
        data,
        [i32.store(link, i32.load(data))],
        [
          set(3, i32.add(cell(cells.top), i32.const(headSize))),
          set(4, i64.add(i64.extend(data), i64.extend(capacity))),
          invoke(index("reserve"), end),
          setCell(cells.top, i32.wrap(end)),
          setBefore(data, head.capacity, capacity),
        ],
      ),
      ...setBefore(data, head.state, i32.const(live)),
      ...setBefore(data, head.length, size),
      ...data,
    ];
  },
};

/** Grows the memory to a size in bytes. */
const reserve: DefinedFunction = {
  name: "reserve",
  ...shape(["i64"]),
  locals: ["i32"],
  body: (index) => {
    const [end, missing] = [local(0), local(1)];
    const tooLarge = i64.more(end, i64.extend(i32.const(-largestClass)));
    const refuse = [...invoke(index("refuse"), i32.const(failureReasons.indexOf("memory"))), ...unreachable];
    return [
      ...when(tooLarge, refuse),
      ...set(
        1,
        i32.subtract(i32.shiftRight(i32.add(i32.wrap(end), i32.const(largestClass - 1)), i32.const(16)), memory.size),
      ),
      ...when(i32.more(missing, i32.const(0)), when(i32.equal(memory.grow(missing), i32.const(-1)), refuse)),
    ];
  },
};

/** Returns the address of the block in use that begins at an offset, or 0. */
const block: DefinedFunction = {
  name: "block",
  ...shape(["i64"], ["i32"]),
  locals: [],
  body: () => {
    const offset = local(0);
    const address = i32.wrap(offset);
    const isAligned = i32.isZero(i32.and(address, i32.const(headSize - 1)));
    const isLive = i32.equal(before(address, head.state), i32.const(live));
    return choose(
      "i32",
      both(inBlocks(i64.subtract(offset, i64.const(headSize)), headSize), both(isAligned, isLive)),
      address,
      i32.const(0),
    );
  },
};

/** Frees all blocks of the previous call and creates the block of the input. Returns its address. */
const begin: DefinedFunction = {
  name: "begin",
  ...shape(["i32"], ["i32"]),
  locals: [],
  body: (index) => [
    ...Array.from({ length: (firstBlock - cells.top) / 8 }, (_, each) => clear(cells.top + each * 8)).flat(),
    ...setCell(cells.top, i32.const(firstBlock)),
    ...setCell(cells.input, invoke(index("take"), local(0))),
    ...setCell(cells.inputLength, local(0)),
    ...cell(cells.input),
  ],
};

const alloc: DefinedFunction = {
  name: "alloc",
  ...shape(["i64"], ["i64"]),
  locals: ["i32"],
  body: (index) => [
    // Sizes beyond any memory fail in the same way as sizes beyond this memory.
    ...when(i64.more(local(0), i64.extend(i32.const(-2 * largestClass))), invoke(index("reserve"), i64.const(-1))),
    ...set(1, invoke(index("take"), i32.wrap(local(0)))),
    ...memory.fill(local(1), i32.const(0), i32.wrap(local(0))),
    ...i64.extend(local(1)),
  ],
};

const free: DefinedFunction = {
  name: "free",
  ...shape(["i64"]),
  locals: ["i32", "i32"],
  body: (index) => {
    const [data, link] = [local(1), local(2)];
    return [
      ...set(1, invoke(index("block"), local(0))),
      ...when(i32.isZero(data), returnValue()),
      ...setBefore(data, head.state, i32.const(freed)),
      ...set(2, freeCell(before(data, head.capacity))),
      ...i32.store(data, i32.load(link)),
      ...i32.store(link, data),
    ];
  },
};

const length = (name: string): DefinedFunction => ({
  name,
  ...shape(["i64"], ["i64"]),
  locals: ["i32"],
  body: (index) => [
    ...set(1, invoke(index("block"), local(0))),
    ...i64.extend(choose("i32", local(1), before(local(1), head.length), i32.const(0))),
  ],
});

/** Outside the blocks, reads return 0 and writes have no effect, as in Extism's own kernel. */
const access: readonly DefinedFunction[] = [
  {
    name: "load_u8",
    ...shape(["i64"], ["i32"]),
    locals: [],
    body: () => choose("i32", inBlocks(local(0), 1), i32.loadByte(i32.wrap(local(0))), i32.const(0)),
  },
  {
    name: "load_u64",
    ...shape(["i64"], ["i64"]),
    locals: [],
    body: () => choose("i64", inBlocks(local(0), 8), i64.load(i32.wrap(local(0))), i64.const(0)),
  },
  {
    name: "store_u8",
    ...shape(["i64", "i32"]),
    locals: [],
    body: () => when(inBlocks(local(0), 1), i32.storeByte(i32.wrap(local(0)), local(1))),
  },
  {
    name: "store_u64",
    ...shape(["i64", "i64"]),
    locals: [],
    body: () => when(inBlocks(local(0), 8), i64.store(i32.wrap(local(0)), local(1))),
  },
];

const inputByte = i32.add(cell(cells.input), i32.wrap(local(0)));
const inputLength = i64.extend(cell(cells.inputLength));

const input: readonly DefinedFunction[] = [
  { name: "input_offset", ...shape([], ["i64"]), locals: [], body: () => i64.extend(cell(cells.input)) },
  { name: "input_length", ...shape([], ["i64"]), locals: [], body: () => inputLength },
  {
    name: "input_load_u8",
    ...shape(["i64"], ["i32"]),
    locals: [],
    body: () => choose("i32", i64.less(local(0), inputLength), i32.loadByte(inputByte), i32.const(0)),
  },
  {
    name: "input_load_u64",
    ...shape(["i64"], ["i64"]),
    locals: [],
    body: () => {
      const isWhole = both(i64.less(local(0), inputLength), i64.atMost(i64.add(local(0), i64.const(8)), inputLength));
      return choose("i64", isWhole, i64.load(inputByte), i64.const(0));
    },
  },
];

const output: readonly DefinedFunction[] = [
  {
    name: "output_set",
    ...shape(["i64", "i64"]),
    locals: [],
    body: (index) => {
      const top = i64.extend(cell(cells.top));
      const isInside = both(i64.atMost(local(0), top), i64.atMost(local(1), i64.subtract(top, local(0))));
      return [
        ...when(i32.isZero(isInside), invoke(index("refuse"), i32.const(failureReasons.indexOf("output")))),
        ...setCell(cells.output, i32.wrap(local(0))),
        ...setCell(cells.outputLength, i32.wrap(local(1))),
      ];
    },
  },
  {
    name: "error_set",
    ...shape(["i64"]),
    locals: ["i32"],
    body: (index) => [
      ...set(1, invoke(index("block"), local(0))),
      ...when(
        both(i32.isZero(local(1)), i32.isZero(i64.isZero(local(0)))),
        invoke(index("refuse"), i32.const(failureReasons.indexOf("error"))),
      ),
      ...setCell(cells.error, local(1)),
    ],
  },
  { name: "error_get", ...shape([], ["i64"]), locals: [], body: () => i64.extend(cell(cells.error)) },
];

const levels = ["trace", "debug", "info", "warn", "error"] as const;

/** Functions of the host, called with addresses instead of offsets, so that no call has to create a BigInt. */
const services: readonly DefinedFunction[] = [
  hostLookup("config_get", "config", 1),
  hostLookup("var_get", "variable", 1),
  hostLookup("http_request", "request", 2),
  hostLookup("http_headers", "headers", 0),
  {
    name: "var_set",
    ...shape(["i64", "i64"]),
    locals: [],
    body: (index) => invoke(index("setVariable"), invoke(index("block"), local(0)), invoke(index("block"), local(1))),
  },
  { name: "http_status_code", ...shape([], ["i32"]), locals: [], body: (index) => invoke(index("status")) },
  { name: "get_log_level", ...shape([], ["i32"]), locals: [], body: (index) => invoke(index("logLevel")) },
  ...levels.map(
    (level, number): DefinedFunction => ({
      name: `log_${level}`,
      ...shape(["i64"]),
      locals: [],
      body: (index) => [
        ...invoke(index("log"), i32.const(number), invoke(index("block"), local(0))),
        // Free the text, so that plugins that log a lot do not fill the memory.
        ...invoke(index("free"), local(0)),
      ],
    }),
  ),
];

function hostLookup(name: string, of: string, operands: number): DefinedFunction {
  const parameters = Array.from({ length: operands }, () => "i64" as const);
  return {
    name,
    ...shape(parameters, ["i64"]),
    locals: [],
    body: (index) => i64.extend(invoke(index(of), ...parameters.map((_, each) => invoke(index("block"), local(each))))),
  };
}

/** Functions for the host and for the kernel itself. Plugins cannot import them. */
export const internalFunctions: readonly DefinedFunction[] = [take, reserve, block, begin];

/** Everything that a plugin may import from `extism:host/env`. */
export const pluginFunctions: readonly DefinedFunction[] = [
  alloc,
  free,
  length("length"),
  length("length_unsafe"),
  ...access,
  ...input,
  ...output,
  ...services,
];
