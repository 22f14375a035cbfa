/** One part of the campaign: a command that anyone can run, and which of its lines are its figures. */
export interface Part {
  readonly id: string;
  readonly title: string;
  /** Run by the shell, in the root of the repository. */
  readonly command: string;
  readonly keep: (line: string) => boolean;
}

const matching =
  (...patterns: readonly RegExp[]) =>
  (line: string): boolean =>
    patterns.some((pattern) => pattern.test(line));

const table = /^\|/;

export const parts: readonly Part[] = [
  {
    id: "properties",
    title: "Property and fuzz tests with 20 times as many inputs",
    command: "TENON_TEST_EFFORT=20 npx vitest run --project=unit --project=system --testTimeout=1800000",
    keep: matching(/^\s*(?:Test Files|Tests)\s/),
  },
  {
    id: "toolchains",
    title: "Tests of compilers, with those of which CI runs a sample",
    command: "TENON_TEST_EFFORT=20 npx vitest run --project=toolchain --testTimeout=1800000",
    keep: matching(/^\s*(?:Test Files|Tests)\s/),
  },
  {
    id: "conformance",
    title: "The conformance suite, every runtime in every place",
    command: "npm run conformance",
    keep: matching(/^\d+ passed, \d+ failed$/),
  },
  {
    id: "streams",
    title: "10 GiB and 10 million items through one stream, both ways, in every place",
    command: "node packages/verification/src/streams/main.mjs",
    keep: matching(table, /^\d+ MiB of bytes/, /^streams:/),
  },
  {
    id: "bodies",
    title: "Bodies of 3 GiB through `tenon serve`, both ways: what the server occupies",
    command: "node --import tsx packages/cases/src/http/large-bodies.case.mjs 3",
    keep: matching(/growth of the peak/),
  },
  {
    id: "faults",
    title: "kill -9 of hosts and plugins, and swaps with state, objects and streams: what became of every call",
    command: "node packages/verification/src/faults/main.mjs",
    keep: matching(table, /^faults:/),
  },
  {
    id: "storage",
    title: "kill -9 of hosts and plugins that store: every confirmed write is there, and none in part",
    command: "node packages/verification/src/storage/main.mjs",
    keep: matching(table, /^storage:/),
  },
  {
    id: "leftovers",
    title: "kill -9 of hosts and plugins at random moments: processes, files and sockets that are left",
    command: "node packages/verification/src/leftovers/main.mjs",
    keep: matching(table, /^leftovers:/),
  },
  {
    id: "contracts",
    title: "Contracts with 10,000 parts of each kind, and everything that follows them",
    command: "npx tsx packages/verification/src/contracts/main.ts",
    keep: matching(table, /^contracts:/),
  },
  {
    id: "json-schema",
    title: "JSON Schemas as contracts, beside ajv",
    command: "npx tsx packages/verification/src/json-schema/main.ts",
    keep: matching(table, /^json-schema:|^skip |^ {2}valid, and refused/),
  },
  {
    id: "protobuf",
    title: "100,000 random messages of each protocol beside protobufjs, in both directions",
    command: "npx tsx packages/verification/src/protobuf/main.ts",
    keep: matching(table, /^protobuf:/),
  },
  {
    id: "cases",
    title: "Situations from public reports and fault campaigns",
    command: "npm run cases",
    keep: matching(/^(?:ok|FAIL|skip) /, /^cases:/),
  },
  {
    id: "fuzz-programs",
    title: "A million damaged program files",
    command: "npm run fuzz -- --count 1000000",
    keep: matching(/^slowest|^most memory|inputs in .* faults$|^FA/),
  },
  {
    id: "fuzz-components",
    title: "A million damaged components",
    command: "npm run fuzz -- --components --count 1000000",
    keep: matching(/^slowest|^most memory|inputs in .* faults$|^FA/),
  },
  {
    id: "wasmparser",
    title: "The component validator beside wasmparser",
    command: "npm run wasmparser",
    keep: matching(table, /seed/, /^not compared/),
  },
  {
    id: "go-matrix",
    title: "Go hosts and plugins, beside the real plugin.Open",
    command: "npm run go-matrix",
    keep: matching(/^\s+\w+: .*unknown/, /^causes/, /^Go matrix/, /^linux\//, /built/, /MB/, / s\b.*MB/),
  },
  {
    id: "go-tests",
    title: "Go's own tests, compiled by the bundled tool chain",
    command: "npm run go-tests",
    keep: matching(/ tests \(/, /^left out/, /^passed/),
  },
  {
    id: "go-standard",
    title: "The tests of Go's standard library on Tenon's WASI",
    command: "npm run wasi-tests",
    keep: matching(/ pass, /, /these should pass/),
  },
  {
    id: "node-versions",
    title: "Node 24 and 26",
    command: "npm run test:node-versions -- --all",
    keep: matching(/^== Node/, /^\s*(?:Test Files|Tests)\s/, /^\d+ passed, \d+ failed$/),
  },
  { id: "bench", title: "Calls, points and places", command: "npm run bench", keep: matching(table, /^Node v/) },
  { id: "bench-wasm", title: "WebAssembly", command: "npm run bench:wasm", keep: matching(table, /^Node v/) },
  { id: "bench-go", title: "Go source", command: "npm run bench:go", keep: (line) => line.trim() !== "" },
];
