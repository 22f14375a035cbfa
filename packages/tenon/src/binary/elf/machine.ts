/** The relocation types of one machine that a dynamic loader needs. */
export interface RelocationTypes {
  /** base + addend */
  readonly relative: number;
  /** symbol + addend, a whole word */
  readonly absolute: number;
  /** symbol, in the global offset table */
  readonly globalData: number | undefined;
  /** symbol, for calls */
  readonly jumpSlot: number;
}

/** A machine, by e_machine. */
export interface Machine {
  /** GOARCH; `undefined` if Go does not support it. */
  readonly arch: string | undefined;
  readonly name: string;
  readonly relocations: RelocationTypes | undefined;
}

/** Returns what Tenon knows about a machine. Source: the psABI supplement of each machine. */
export function machineOf(machine: number, bits: 32 | 64, littleEndian: boolean): Machine {
  switch (machine) {
    case 3:
      return { arch: "386", name: "x86 (32 bit)", relocations: types(8, 1, 6, 7) };
    case 62:
      return { arch: "amd64", name: bits === 64 ? "x86-64" : "x32", relocations: types(8, 1, 6, 7) };
    case 40:
      return { arch: "arm", name: "ARM (32 bit)", relocations: types(23, 2, 21, 22) };
    case 183:
      return { arch: "arm64", name: "AArch64", relocations: types(1027, 257, 1025, 1026) };
    case 243:
      return {
        arch: bits === 64 ? "riscv64" : undefined,
        name: `RISC-V ${bits}`,
        relocations: types(3, 2, undefined, 5),
      };
    case 258:
      return { arch: bits === 64 ? "loong64" : undefined, name: "LoongArch", relocations: types(3, 2, undefined, 5) };
    case 21:
      return { arch: littleEndian ? "ppc64le" : "ppc64", name: "PowerPC64", relocations: types(22, 38, 20, 21) };
    case 22:
      return { arch: bits === 64 ? "s390x" : undefined, name: "S/390", relocations: types(12, 22, 10, 11) };
    case 8:
      return {
        arch: `mips${bits === 64 ? "64" : ""}${littleEndian ? "le" : ""}`,
        name: "MIPS",
        relocations: undefined,
      };
    default:
      return { arch: undefined, name: names[machine] ?? `machine ${machine}`, relocations: undefined };
  }
}

const names: Readonly<Record<number, string>> = {
  2: "SPARC",
  20: "PowerPC (32 bit)",
  43: "SPARC V9",
  50: "Itanium",
  247: "BPF",
};

function types(relative: number, absolute: number, globalData: number | undefined, jumpSlot: number): RelocationTypes {
  return { relative, absolute, globalData, jumpSlot };
}
