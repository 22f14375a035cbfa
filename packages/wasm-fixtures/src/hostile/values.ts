import type { HostileCase } from "./case.js";
import { type Guest, guest, pair } from "./guest.js";

/** A `run` that returns an invalid value. */
function answers(name: string, type: string, body: string, more: Partial<Guest> = {}, results = "i32"): HostileCase {
  return {
    name,
    make: () => guest({ type: `(result ${type})`, results, body, ...more }),
    when: "call",
    code: "TENON_WASM_ABI",
  };
}

/** A `run` whose `realloc` returns wrong addresses when the host needs memory for a string or list. */
function reallocates(name: string, parameter: string, realloc: string, value: unknown): HostileCase {
  return {
    name,
    make: () => guest({ type: `(param "value" ${parameter})`, parameters: "(param i32 i32)", realloc, body: "" }),
    when: "call",
    parameters: [value],
    code: "TENON_WASM_ABI",
  };
}

const page = 65_536;

/** Values that break the canonical ABI. */
export const values: readonly HostileCase[] = [
  answers("utf8-invalid", "string", pair(16, 3), { definitions: '(data (memory 0) (i32.const 16) "a\\ff\\fe")' }),
  answers("utf8-cut-short", "string", pair(16, 2), { definitions: '(data (memory 0) (i32.const 16) "\\e2\\82\\ac")' }),
  answers("utf8-surrogate", "string", pair(16, 3), { definitions: '(data (memory 0) (i32.const 16) "\\ed\\a0\\80")' }),
  answers("utf8-overlong", "string", pair(16, 2), { definitions: '(data (memory 0) (i32.const 16) "\\c0\\80")' }),
  answers("utf8-long-and-invalid", "string", pair(16, 5000), {
    definitions: '(data (memory 0) (i32.const 4000) "\\80")',
  }),
  answers("utf16-lone-surrogate", "string", pair(16, 1), {
    definitions: '(data (memory 0) (i32.const 16) "\\00\\d8")',
    encoding: "utf16",
  }),
  answers("utf16-misaligned", "string", pair(17, 1), { encoding: "utf16" }),
  answers("utf16-length-overflow", "string", pair(16, 0xffff_ffff), { encoding: "utf16" }),
  answers("latin1-length-overflow", "string", pair(16, 0x7fff_ffff), { encoding: "latin1+utf16" }),
  answers("latin1-tagged-length-overflow", "string", pair(16, 0xffff_ffff), { encoding: "latin1+utf16" }),
  answers("text-outside-memory", "string", pair(page - 2, 3)),
  answers("text-at-the-end-of-the-address-space", "string", pair(0xffff_fff0, 0x20)),
  answers("text-of-four-gibibytes", "string", pair(0, 0xffff_ffff)),
  answers("list-outside-memory", "(list u64)", pair(page - 8, 2)),
  answers("list-misaligned", "(list u64)", pair(4, 1)),
  answers("list-length-overflow", "(list u64)", pair(8, 0x2000_0001)),
  answers("bytes-outside-memory", "(list u8)", pair(page, 1)),
  answers("result-outside-memory", "string", `(i32.const ${page - 4})`),
  answers("result-misaligned", "string", "(i32.const 2)"),
  answers("result-at-a-negative-address", "string", "(i32.const -8)"),
  answers("char-of-a-surrogate", "char", "(i32.const 0xd800)"),
  answers("char-beyond-unicode", "char", "(i32.const 0x110000)"),
  answers("enum-out-of-range", "$colour", "(i32.const 3)", {
    before: '(type $colour\' (enum "red" "green" "blue")) (export $colour "colour" (type $colour\'))',
  }),
  answers("option-out-of-range", "(option u8)", "(i32.store8 (i32.const 0) (i32.const 2)) (i32.const 0)"),
  answers("result-out-of-range", "(result u8 (error u8))", "(i32.store8 (i32.const 0) (i32.const 9)) (i32.const 0)"),
  reallocates("realloc-outside-memory", "string", `(i32.const ${page})`, "text"),
  reallocates("realloc-at-a-negative-address", "string", "(i32.const -1)", "text"),
  reallocates("realloc-misaligned", "(list u64)", "(i32.const 1025)", [1n, 2n]),
  reallocates("realloc-of-a-list-outside-memory", "(list string)", `(i32.const ${page - 4})`, ["a", "b"]),
  { ...reallocates("realloc-traps", "string", "(unreachable)", "text"), code: "TENON_WASM_TRAP" },
  {
    ...answers("post-return-traps", "u32", "(i32.const 1)", { postReturn: "(unreachable)" }),
    code: "TENON_WASM_TRAP",
  },
  {
    // A million lists that all refer to the same mebibyte of memory: a tebibyte in total.
    ...answers("lists-that-overlap", "(list (list u8))", overlapping(), { memory: "160" }),
    code: "TENON_CALL_TOO_LARGE",
    limits: { bytes: 2 ** 20 },
  },
  {
    ...answers("texts-that-overlap", "(list string)", overlapping(), { memory: "160" }),
    code: "TENON_CALL_TOO_LARGE",
    limits: { bytes: 2 ** 20 },
  },
  {
    ...answers("result-of-eight-mebibytes", "(list u8)", pair(16, 8 * 2 ** 20), { memory: "160" }),
    code: "TENON_CALL_TOO_LARGE",
    limits: { bytes: 2 ** 20 },
  },
];

/** Core instructions that write a million pairs (8 MiB, starting at 1 MiB), each for the first mebibyte, and return the list. */
function overlapping(): string {
  return `(local $at i32) (local.set $at (i32.const ${2 ** 20}))
    (loop $again
      (i32.store (local.get $at) (i32.const 8))
      (i32.store offset=4 (local.get $at) (i32.const ${2 ** 20 - 8}))
      (br_if $again (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const ${9 * 2 ** 20}))))
    ${pair(2 ** 20, 2 ** 20)}`;
}
