import { assembler, leb, module, signedLeb } from "./assembler.mjs";

/** Sections of debug data by name, without the prefix `.debug_`. */
export type DwarfSections = Readonly<Record<string, readonly number[]>>;

/** Where the function of {@link sampleSections} begins and ends; a copy of another one is in it, in two parts. */
export const sampleFunction = { start: 0x10, inlined: [0x14, 0x20], after: 0x18, end: 0x40 } as const;

const text = (value: string) => [...new TextEncoder().encode(value), 0];
const u16 = (value: number) => [value & 0xff, (value >>> 8) & 0xff];
const u32 = (value: number) => [...u16(value), ...u16(value >>> 16)];
/** A part with its length in front. */
const sized = (content: readonly number[]) => [...u32(content.length), ...content];

const tag = { unit: 0x11, inlined: 0x1d, function: 0x2e } as const;
const is = { name: 3, lines: 0x10, low: 0x11, high: 0x12, folder: 0x1b, origin: 0x31, ranges: 0x55 } as const;
const of = { file: 0x58, line: 0x59, column: 0x57, linkageName: 0x6e, rangesBase: 0x74, addressBase: 0x73 } as const;
const form = { address: 1, data4: 6, string: 8, data1: 0xb, reference4: 0x13, offset: 0x17, ranges: 0x23, fixed: 0x21 };
const addressIndex = 0x1b;

const shape = (code: number, what: number, hasChildren: boolean, ...pairs: readonly number[]) => [
  ...leb(code),
  ...leb(what),
  hasChildren ? 1 : 0,
  ...pairs.flatMap((each) => leb(each)),
  0,
  0,
];

/**
 * Debug data of one function `run` in `lib.c`, into which `helper` of `/include/other.h` is compiled: in DWARF 4 with offsets and
 * addresses in place, in DWARF 5 through tables.
 */
export function sampleSections(version: 4 | 5): DwarfSections {
  const { start, inlined, after, end } = sampleFunction;
  const unitHead = version === 4 ? 11 : 12;
  const abstract = [4, ...text("_ZN3lib6helperE"), ...text("helper")];
  const unit =
    version === 4
      ? [1, ...text("lib.c"), ...text("/work/lib"), ...u32(0), ...u32(start), ...u32(end - start)]
      : [1, ...text("lib.c"), ...text("/work/lib"), ...u32(0), 0, ...u32(end - start), ...u32(12), ...u32(8)];
  const origin = unitHead + unit.length;
  const run = [2, ...text("run"), ...(version === 4 ? u32(start) : [0]), ...u32(end - start)];
  const copy = [3, ...u32(origin), ...(version === 4 ? [...u32(0), 1] : [0]), 6, 3];
  const entries = [...unit, ...abstract, ...run, ...copy, 0, 0];
  const low = [is.low, version === 4 ? form.address : addressIndex];
  const abbreviations = [
    ...shape(
      ...([1, tag.unit, true] as const),
      ...[is.name, form.string, is.folder, form.string, is.lines, form.offset, ...low, is.high, form.data4],
      ...(version === 4 ? [] : [of.rangesBase, form.offset, of.addressBase, form.offset]),
    ),
    ...shape(2, tag.function, true, is.name, form.string, ...low, is.high, form.data4),
    ...shape(
      ...([3, tag.inlined, false, is.origin, form.reference4] as const),
      ...[is.ranges, version === 4 ? form.offset : form.ranges, of.file],
      // The same for all copies in DWARF 5, so that it is not in the entries.
      ...(version === 4 ? [form.data1] : [form.fixed, 1]),
      ...[of.line, form.data1, of.column, form.data1],
    ),
    ...shape(4, tag.function, false, of.linkageName, form.string, is.name, form.string),
    0,
  ];
  const info =
    version === 4 ? sized([...u16(4), ...u32(0), 4, ...entries]) : sized([...u16(5), 1, 4, ...u32(0), ...entries]);
  const [first, second] = inlined;
  const parts = [
    [first - start, after - start],
    [second - start, second + 8 - start],
  ] as const;
  const shared = { info, abbrev: abbreviations, line: sampleLines(version) };
  if (version === 4) return { ...shared, ranges: [...parts.flat().flatMap(u32), ...u32(0), ...u32(0)] };
  const lists = parts.flatMap(([from, to]) => [4, ...leb(from), ...leb(to)]);
  return {
    ...shared,
    addr: sized([...u16(5), 4, 0, ...u32(start)]),
    rnglists: sized([...u16(5), 4, 0, ...u32(1), ...u32(4), ...lists, 0]),
    line_str: [...text("/work/lib"), ...text("/include"), ...text("lib.c"), ...text("other.h")],
  };
}

function sampleLines(version: 4 | 5): number[] {
  const { start, inlined, after, end } = sampleFunction;
  const [first, second] = inlined;
  // In DWARF 5 the first file is 0, and often there twice.
  const files =
    version === 4
      ? [...text("/include"), 0, ...text("lib.c"), 0, 0, 0, ...text("other.h"), 1, 0, 0, 0]
      : [
          ...[1, 1, 0x1f, 2, ...u32(0), ...u32(10)],
          ...[2, 1, 0x1f, 2, 0xb, 3, ...u32(19), 0, ...u32(19), 0, ...u32(25), 1],
        ];
  const setAddress = (address: number) => [0, 5, 2, ...u32(address)];
  const to = (address: number, from: number) => [2, ...leb(address - from)];
  const row = (file: number, lines: number, column: number) => [4, file, 3, ...signedLeb(lines), 5, column, 1];
  const program = [
    // Code that the linker left out.
    ...[...setAddress(0), ...row(1, 89, 1), ...to(0x80, 0), 0, 1, 1],
    ...[...setAddress(start), ...row(1, 4, 3)],
    ...[...to(first, start), ...row(2, 15, 9)],
    ...[...to(after, first), ...row(1, -13, 5)],
    ...[...to(second, after), ...row(2, 14, 9)],
    ...[...to(second + 8, second), ...row(1, -13, 5)],
    // The last row by an instruction that advances both: 4 bytes, one line.
    0x0d + 4 * 14 + (1 + 5),
    ...[...to(end, second + 12), 0, 1, 1],
  ];
  const operands = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
  const head = [1, 1, 1, 0xfb, 14, 13, ...operands, ...files];
  const body = [...u32(head.length), ...head, ...program];
  return sized(version === 4 ? [...u16(4), ...body] : [...u16(5), 4, 0, ...body]);
}

/** A module whose custom sections have debug data. */
export function moduleWithDebugData(sections: DwarfSections): Uint8Array {
  const { section, list, custom } = assembler(leb);
  const body = [0, ...new Array<number>(0x3d).fill(1), 0x0b];
  const code = list([2, 0, 0x0b], [body.length, ...body]);
  return module(
    section(1, list([0x60, 0, 0])),
    section(3, list([0], [0])),
    section(10, code),
    ...Object.entries(sections).map(([name, content]) => custom(`.debug_${name}`, content)),
  );
}
