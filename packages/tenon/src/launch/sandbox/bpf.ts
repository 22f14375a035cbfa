/**
 * An assembler for classic BPF, as far as filters of system calls need it. Source: Linux, Documentation/networking/filter.rst and
 * include/uapi/linux/filter.h.
 */

/** Where in `struct seccomp_data` something is. Source: Linux, include/uapi/linux/seccomp.h. */
export const seccompData = {
  number: 0,
  architecture: 4,
  /** The low 32 bits of a parameter, on a little-endian machine. */
  parameter: (index: number): number => 16 + 8 * index,
} as const;

/** What a filter decides. */
export const decisions = {
  allow: 0x7fff0000,
  killProcess: 0x80000000,
  /** The call is not made and fails with this error. */
  fail: (error: number): number => 0x00050000 | (error & 0xffff),
} as const;

/** One instruction; jumps name what they go to. Without a name, they go to the next instruction. */
export type Instruction =
  | { readonly load: number }
  | { readonly and: number }
  | { readonly return: number }
  | {
      readonly if: "equal" | "atLeast" | "above" | "anyBit";
      readonly value: number;
      readonly yes?: string;
      readonly no?: string;
    }
  | { readonly label: string };

const loadWord = 0x20; // BPF_LD | BPF_W | BPF_ABS
const andConstant = 0x54; // BPF_ALU | BPF_AND | BPF_K
const returnConstant = 0x06; // BPF_RET | BPF_K
/** BPF_JMP | BPF_K with BPF_JEQ, BPF_JGE, BPF_JGT, BPF_JSET. */
const jumps = { equal: 0x15, atLeast: 0x35, above: 0x25, anyBit: 0x45 } as const;

const instructionBytes = 8;
/** A jump has 8 bits for its distance. */
const farthest = 255;
/** Source: Linux, BPF_MAXINSNS. */
const mostInstructions = 4096;

/**
 * Turns instructions into the bytes that the kernel takes (`struct sock_filter`, little-endian).
 *
 * @throws RangeError for a label that does not exist, or that lies before the jump or too far behind it.
 */
export function assemble(instructions: readonly Instruction[]): Uint8Array {
  const code: Exclude<Instruction, { readonly label: string }>[] = [];
  const labels = new Map<string, number>();
  for (const instruction of instructions) {
    if (!("label" in instruction)) code.push(instruction);
    else if (labels.has(instruction.label)) throw new RangeError(`two labels ${instruction.label}`);
    else labels.set(instruction.label, code.length);
  }
  if (code.length === 0 || code.length > mostInstructions) throw new RangeError(`${code.length} instructions`);
  const bytes = new Uint8Array(code.length * instructionBytes);
  const view = new DataView(bytes.buffer);
  const distance = (from: number, label: string | undefined): number => {
    if (label === undefined) return 0;
    const to = labels.get(label);
    const far = to === undefined ? Number.NaN : to - from - 1;
    if (!(far >= 0 && far <= farthest && from + 1 + far < code.length)) throw new RangeError(`a jump to ${label}`);
    return far;
  };
  for (const [index, instruction] of code.entries()) {
    const at = index * instructionBytes;
    if ("load" in instruction) write(view, at, loadWord, instruction.load);
    else if ("and" in instruction) write(view, at, andConstant, instruction.and);
    else if ("return" in instruction) write(view, at, returnConstant, instruction.return);
    else {
      write(view, at, jumps[instruction.if], instruction.value);
      bytes[at + 2] = distance(index, instruction.yes);
      bytes[at + 3] = distance(index, instruction.no);
    }
  }
  return bytes;
}

function write(view: DataView, at: number, operation: number, constant: number): void {
  view.setUint16(at, operation, true);
  view.setUint32(at + 4, constant >>> 0, true);
}
