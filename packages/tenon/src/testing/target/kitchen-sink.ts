import {
  type Contract,
  contract,
  type Implementation,
  type ImportedFunctions,
  type Imports,
  type Type,
  t,
} from "../../contract/index.js";

const person = t.record("person", { name: t.string, age: t.u8, email: t.option(t.string), tags: t.list(t.string) });
const shape = t.variant("shape", { circle: t.f64, rectangle: t.tuple(t.f64, t.f64), named: t.string, empty: null });
const colour = t.enum("colour", ["red", "green", "dark-blue"]);
const permissions = t.flags("permissions", ["read", "write", "runCode"]);
const household = t.record("household", {
  people: t.list(person),
  home: shape,
  favourite: t.option(colour),
  rights: permissions,
  position: t.tuple(t.f32, t.s16),
  budget: t.result(t.u64, t.string),
  note: t.option(t.option(t.string)),
});
const parcel = t.record("parcel", {
  label: t.string,
  content: t.bytes,
  parts: t.list(t.bytes),
  spare: t.option(t.bytes),
  wrapping: t.variant("wrapping", { loose: t.bytes, folded: t.string, absent: null }),
  receipt: t.result(t.bytes, t.string),
});
const mathError = t.variant("math-error", {
  "division-by-zero": null,
  overflow: t.record("overflow", { limit: t.s32 }),
});

const card = t.record("card", { name: t.string, note: t.option(t.string) });
const olderCard = t.record("card", { name: t.string });

const echo = <const T extends Type>(type: T) => t.func([["value", type]], type);

/** One function for each type, which returns the value that it gets. */
const values = t.interface(
  {
    bool: echo(t.bool),
    s8: echo(t.s8),
    u8: echo(t.u8),
    s16: echo(t.s16),
    u16: echo(t.u16),
    s32: echo(t.s32),
    u32: echo(t.u32),
    s64: echo(t.s64),
    u64: echo(t.u64),
    f32: echo(t.f32),
    f64: echo(t.f64),
    char: echo(t.char),
    string: echo(t.string),
    bytes: echo(t.bytes),
    numbers: echo(t.list(t.u32)),
    bigNumbers: echo(t.list(t.s64)),
    strings: echo(t.list(t.string)),
    grid: echo(t.list(t.list(t.bool))),
    optionalNumber: echo(t.option(t.u32)),
    nestedOption: echo(t.option(t.option(t.string))),
    outcomes: echo(t.list(t.result(t.u32, t.string))),
    bareOutcomes: echo(t.list(t.result())),
    tuple: echo(t.tuple(t.u8, t.string)),
    record: echo(person),
    variant: echo(shape),
    enum: echo(colour),
    flags: echo(permissions),
    nested: echo(household),
    wrapped: echo(parcel),
  },
  { docs: "Each returns the value that it gets." },
);

const Counter = t.resource("counter", {
  docs: "An object of the plugin.",
  constructs: [["initial", t.u32]],
  methods: {
    increment: t.func([["by", t.u32]], t.u32),
    value: t.func([], t.u32),
    refuse: t.func([["reason", t.string]], t.result(t.u32, t.string)),
  },
  statics: { maximum: t.func([], t.u32) },
});

const Bucket = t.resource("bucket", {
  docs: "An object of the host.",
  constructs: [["name", t.string]],
  methods: {
    put: t.func([
      ["key", t.string],
      ["value", t.u32],
    ]),
    get: t.func([["key", t.string]], t.option(t.u32)),
    size: t.func([], t.u32),
  },
  statics: { count: t.func([], t.u32) },
});

/** For functions that wait, or continue after they have returned: other languages do neither in a plain function. */
const pause = { async: true } as const;

/**
 * The contract of the conformance suite: every type both ways, and a function for every feature that a host relies on.
 *
 * A plugin that implements it is run through {@link conformanceCases}; `packages/conformance/fixtures` has one for each
 * runtime. The docs of each function say what it must do, here and in the WIT text.
 */
export const kitchenSink = contract("tenon:kitchen-sink@1.0.0", {
  docs: "What the conformance suite requires of a plugin.",
  imports: {
    values,
    host: t.interface({
      log: t.func([["message", t.string]]),
      add: t.func(
        [
          ["a", t.s32],
          ["b", t.s32],
        ],
        t.s32,
        { docs: "Returns immediately." },
      ),
      addLater: t.func(
        [
          ["a", t.s32],
          ["b", t.s32],
        ],
        t.s32,
        { ...pause, docs: "Returns after a while." },
      ),
      reenter: t.func([["depth", t.u32]], t.u32, {
        ...pause,
        docs: "Calls callbacks.recurse of the plugin that calls it.",
      }),
      refuse: t.func([["reason", t.string]], t.result(t.u32, t.string), { docs: "Returns its error case." }),
      explode: t.func([["message", t.string]], t.u32, { docs: "Fails in a way that the contract does not declare." }),
      answerWrongly: t.func([], t.u32, { docs: "Returns a value of another type." }),
      pause: t.func([], undefined, { ...pause, docs: "Returns when the host lets it continue." }),
      served: t.func([["call", t.u32]], undefined, { docs: "Called by the plugin for each call that it serves." }),
      numbers: t.func([["limit", t.u32]], t.stream(t.u32), pause),
      help: t.optional(t.func([], t.string, { docs: "A function that the host leaves out." })),
    }),
    storage: t.interface({
      Bucket,
      open: t.func([["name", t.string]], t.own(Bucket)),
      measure: t.func([["bucket", t.borrow(Bucket)]], t.u32),
    }),
  },
  exports: {
    version: t.func([], t.string, { docs: '"1", and "2" in the artifact that is swapped in.' }),
    extra: t.optional(t.func([], t.string, { docs: "Version 1 leaves it out, version 2 implements it." })),
    sign: t.func([["card", card]], card, { docs: "Adds `!` to the name, and keeps the note." }),
    values,
    reflected: t.interface(values.members, { docs: "The same, each by calling the host's values." }),
    errors: t.interface({
      divide: t.func(
        [
          ["dividend", t.s32],
          ["divisor", t.s32],
        ],
        t.result(t.s32, mathError),
        {
          docs: "Division by 0 is division-by-zero; -2147483648 by -1 is overflow with limit 2147483647.",
        },
      ),
      accept: t.func([["fine", t.bool]], t.result(undefined, undefined)),
      check: t.func([["text", t.string]], t.result(undefined, t.string), {
        docs: "An empty string is an error: `empty`.",
      }),
      fail: t.func([["message", t.string]], t.u32, {
        docs: "Fails in a way that the contract does not declare. With thrown-values, `thrown: NAME` throws what the cases of that name expect.",
      }),
      failLater: t.func([["message", t.string]], t.u32, { ...pause, docs: "The same, after a while." }),
      answerWrongly: t.func([], t.u32, { docs: "Returns a string." }),
      failWrongly: t.func([], t.result(t.u32, t.u32), { docs: "Its error case carries a string." }),
      circular: t.func([], t.list(t.list(t.string)), { docs: "Returns a list that contains itself." }),
    }),
    callbacks: t.interface({
      add: t.func(
        [
          ["a", t.s32],
          ["b", t.s32],
        ],
        t.s32,
        { ...pause, docs: "Returns what host.add returns." },
      ),
      addLater: t.func(
        [
          ["a", t.s32],
          ["b", t.s32],
        ],
        t.s32,
        { ...pause, docs: "Returns what host.add-later returns." },
      ),
      addWaiting: t.func(
        [
          ["a", t.s32],
          ["b", t.s32],
        ],
        t.s32,
        { docs: "Returns what host.add returns, called synchronously." },
      ),
      sum: t.func([["count", t.u32]], t.u32, {
        ...pause,
        docs: "Calls host.add count times concurrently, and sums 0 to count - 1.",
      }),
      recurse: t.func([["depth", t.u32]], t.u32, {
        ...pause,
        docs: "Returns 0 for 0, otherwise 1 plus what host.reenter returns for depth - 1.",
      }),
      refuse: t.func([["reason", t.string]], t.result(t.u32, t.string), {
        ...pause,
        docs: "Returns what host.refuse returns.",
      }),
      catchRefusal: t.func([["reason", t.string]], t.string, {
        ...pause,
        docs: "`caught: ` and the error case of host.refuse.",
      }),
      explode: t.func([["message", t.string]], t.u32, { ...pause, docs: "Passes on the failure of host.explode." }),
      catchExplosion: t.func([["message", t.string]], t.string, {
        ...pause,
        docs: "Catches it, and returns its message.",
      }),
      receiveWrongly: t.func([], t.u32, { ...pause, docs: "Returns what host.answer-wrongly returns." }),
      callWrongly: t.func([], t.s32, { ...pause, docs: "Calls host.add with strings." }),
      hasHelp: t.func([], t.bool, { docs: "Whether the host offers host.help." }),
    }),
    counters: t.interface({
      Counter,
      make: t.func([["initial", t.u32]], t.own(Counter)),
      makeMany: t.func([["count", t.u32]], t.list(t.own(Counter)), { docs: "The first has 0, the next 1 …" }),
      maybe: t.func([["present", t.bool]], t.option(t.own(Counter))),
      makeLater: t.func([["initial", t.u32]], t.own(Counter), {
        ...pause,
        docs: "Waits for host.pause, then makes one.",
      }),
      stream: t.func([["count", t.u32]], t.stream(t.own(Counter)), {
        ...pause,
        docs: "Makes each one when it is requested.",
      }),
      read: t.func([["counter", t.borrow(Counter)]], t.u32),
      consume: t.func([["counter", t.own(Counter)]], t.u32),
      pass: t.func([["counter", t.own(Counter)]], t.own(Counter)),
      live: t.func([], t.u32, { docs: "How many counters have not been released." }),
    }),
    buckets: t.interface({
      fill: t.func(
        [
          ["bucket", t.borrow(Bucket)],
          ["count", t.u32],
        ],
        undefined,
        { ...pause, docs: "Puts k0: 0, k1: 1 …" },
      ),
      take: t.func([["bucket", t.own(Bucket)]], t.u32, { ...pause, docs: "Returns its size and releases it." }),
      make: t.func([["name", t.string]], t.own(Bucket), {
        ...pause,
        docs: "Makes one by its constructor and puts `made`: 1.",
      }),
      open: t.func([["name", t.string]], t.own(Bucket), { ...pause, docs: "Returns what storage.open returns." }),
      pass: t.func([["bucket", t.own(Bucket)]], t.own(Bucket)),
      keep: t.func([["bucket", t.own(Bucket)]], undefined, { docs: "Keeps it until release-kept or the end." }),
      releaseKept: t.func([], t.u32, { ...pause, docs: "How many were kept." }),
      count: t.func([], t.u32, { ...pause, docs: "Returns what Bucket.count returns." }),
    }),
    streams: t.interface({
      count: t.func([["limit", t.u32]], t.stream(t.u32), { ...pause, docs: "0 to limit - 1." }),
      people: t.func([["count", t.u32]], t.stream(person), { ...pause, docs: "p0 of age 0, p1 of age 1 …" }),
      bytes: t.func(
        [
          ["size", t.u32],
          ["chunk", t.u32],
        ],
        t.stream(t.u8),
        { ...pause, docs: "size bytes: 0, 1 … 255, 0 …" },
      ),
      sum: t.func([["numbers", t.stream(t.u32)]], t.u64, pause),
      checksum: t.func([["data", t.stream(t.u8)]], t.u64, { ...pause, docs: "The sum of all bytes." }),
      double: t.func([["numbers", t.stream(t.u32)]], t.stream(t.u32), {
        ...pause,
        docs: "Each number twice as large.",
      }),
      take: t.func(
        [
          ["numbers", t.stream(t.u32)],
          ["count", t.u32],
        ],
        t.list(t.u32),
        { ...pause, docs: "Reads count numbers, then stops reading." },
      ),
      endless: t.func([], t.stream(t.u32), { ...pause, docs: "0, 1 … endlessly." }),
      produced: t.func([], t.u32, { docs: "How many numbers the last endless stream has made." }),
      stopped: t.func([], t.u32, { docs: "How many endless streams were stopped." }),
      breakAfter: t.func([["count", t.u32]], t.stream(t.u32), {
        ...pause,
        docs: "count numbers, then a failure: `the stream broke`.",
      }),
      readBroken: t.func([["numbers", t.stream(t.u32)]], t.string, {
        ...pause,
        docs: "Reads to the end: `read N`, or `broken after N`.",
      }),
      sumHost: t.func([["limit", t.u32]], t.u64, { ...pause, docs: "Adds up host.numbers." }),
    }),
    futures: t.interface({
      add: t.func(
        [
          ["a", t.future(t.u32)],
          ["b", t.future(t.u32)],
        ],
        t.u32,
        pause,
      ),
      later: t.func([["value", t.string]], t.tuple(t.string, t.future(t.string)), {
        ...pause,
        docs: "Returns `now` immediately, and the value after a while.",
      }),
      failing: t.func([], t.tuple(t.future(t.string)), { ...pause, docs: "A future that fails." }),
      catch: t.func([["value", t.future(t.u32)]], t.string, { ...pause, docs: "`got N`, or `failed`." }),
    }),
    waiting: t.interface({
      cancellable: t.func([], undefined, { ...pause, docs: "Ends only when it is cancelled." }),
      cancelled: t.func([], t.u32, { docs: "How many calls of cancellable were cancelled." }),
      stuck: t.func([], t.u32, { ...pause, docs: "Never returns, and ignores cancellation." }),
      spin: t.func([], t.u32, { docs: "Runs an infinite loop without waiting." }),
    }),
    load: t.interface({
      tick: t.func([["call", t.u32]], t.string, {
        ...pause,
        docs: "Reports the call to host.served, and returns the version.",
      }),
      pause: t.func([["call", t.u32]], t.u32, { ...pause, docs: "Waits for host.pause, then returns the call." }),
      running: t.func([], t.u32, { docs: "How many calls of pause are running." }),
      peak: t.func([], t.u32, { docs: "The largest number that ran at the same time." }),
    }),
    limits: t.interface({
      makeString: t.func([["length", t.u32]], t.string, { docs: "Returns `x` length times." }),
      makeBytes: t.func([["length", t.u32]], t.bytes),
      measureString: t.func([["text", t.string]], t.u32),
      measureBytes: t.func([["bytes", t.bytes]], t.u32),
      calls: t.func([], t.u32, { docs: "How many calls of the measuring functions arrived." }),
      allocate: t.func([["mebibytes", t.u32]], t.u32, {
        docs: "Allocates that much memory on the plugin's own heap, and keeps it.",
      }),
    }),
    crashes: t.interface({
      exit: t.func([["code", t.u8]], t.u32, { docs: "Exits its own thread or process." }),
      throwLater: t.func([], t.u32, {
        ...pause,
        docs: "Fails outside of any call, soon after it has returned: `thrown later`.",
      }),
      rejectLater: t.func([], t.u32, {
        ...pause,
        docs: "Soon leaves an unhandled rejected promise: `rejected later`.",
      }),
    }),
    state: t.interface({
      set: t.func([["value", t.string]]),
      get: t.func([], t.string, { docs: "Empty at first; handed over to the artifact that is swapped in." }),
      increment: t.func([], t.u32, { docs: "Adds 1 to a number that is handed over, too." }),
      total: t.func([], t.u32),
      saveWrongly: t.func([], undefined, { docs: "From now on, the saved state contains itself." }),
    }),
    surroundings: t.interface({
      print: t.func(
        [
          ["out", t.string],
          ["err", t.string],
        ],
        undefined,
        { docs: "Writes a line to stdout and one to stderr." },
      ),
      noise: t.func([["bytes", t.u32]], undefined, { docs: "Writes that many bytes that are not text to stdout." }),
      log: t.func([["line", t.string]], undefined, { docs: "Writes a line to the plugin's log." }),
      settings: t.func([], t.string, { docs: "The settings as JSON." }),
      environment: t.func([["name", t.string]], t.option(t.string)),
    }),
  },
});

export type KitchenSink = typeof kitchenSink;
/** What the host's side of the suite implements; see `createHostSide`. */
export type KitchenSinkImports = Imports<KitchenSink>;
/** What a JavaScript plugin implements. */
export type KitchenSinkImplementation = Implementation<KitchenSink>;
/** The host functions that a JavaScript plugin can call. */
export type KitchenSinkHost = ImportedFunctions<KitchenSink>;

/**
 * Returns the contract without streams or futures and the functions that use them, for targets that do not offer these
 * features.
 */
export function sinkWithout(left: readonly ("streams" | "futures")[]): KitchenSink {
  const { streams, futures, counters, ...exports } = kitchenSink.exports;
  const { stream: _stream, ...countersLeft } = counters.members;
  const { numbers: _numbers, ...hostLeft } = kitchenSink.imports.host.members;
  const hasStreams = !left.includes("streams");
  return contract("tenon:kitchen-sink@1.0.0", {
    docs: kitchenSink.docs as string,
    imports: hasStreams ? kitchenSink.imports : { ...kitchenSink.imports, host: t.interface(hostLeft) },
    exports: {
      ...exports,
      counters: hasStreams ? counters : t.interface(countersLeft),
      ...(hasStreams ? { streams } : {}),
      ...(left.includes("futures") ? {} : { futures }),
    },
  }) as Contract<any, any> as KitchenSink;
}

/** An older version of the same contract, before `card` had a note: a plugin that carries it is adapted. */
export const olderSink: Contract<KitchenSink["imports"], any> = contract("tenon:kitchen-sink@1.0.0", {
  docs: kitchenSink.docs as string,
  imports: kitchenSink.imports,
  exports: { ...kitchenSink.exports, sign: t.func([["card", olderCard]], olderCard) },
});

/**
 * Another contract with the same name, in which a function that the suite needs has another type: a plugin that carries it
 * breaks.
 */
export const brokenSink: Contract<any, any> = contract("tenon:kitchen-sink@2.0.0", {
  exports: { version: t.func([["language", t.string]], t.u32) },
});
