/** Codes about program files: reading ELF, Mach-O, PE and wasm. Nothing of such a file is ever run. */
export const binaryCodes = {
  TENON_BINARY_MALFORMED: {
    title: "A program file breaks the rules of its own format",
    cause: "It was damaged, cut short in a copy, or made to mislead.",
    fix: "Build or copy the file again.",
  },
  TENON_BINARY_TRUNCATED: {
    title: "A program file is shorter than its own headers say",
    cause: "A copy or download was interrupted. The system's loader ends the whole process on such a file.",
    fix: "Copy or download the file again, and compare its checksum.",
  },
  TENON_BINARY_UNKNOWN: {
    title: "The file is not a program that Tenon can read",
    cause: "It is neither ELF, Mach-O, PE nor WebAssembly: a script, an archive, an object of a tool, or plain data.",
    fix: "Give the program itself, as the compiler wrote it.",
  },
  TENON_BINARY_CORE: {
    title: "The file is the memory of a crashed process",
    cause: "A core dump has the format of a program, but none of its code can be loaded.",
    fix: "Give the program that crashed, not its core dump.",
  },
  TENON_BINARY_PACKED: {
    title: "The program is packed",
    cause: "A packer such as UPX has compressed it, so that what it holds can only be seen while it runs.",
    fix: "Give the file from before it was packed, or unpack it.",
  },
  TENON_BINARY_TOO_LARGE: {
    title: "The file is too large to be read",
    cause: "Files of more than 2 GiB are not read into memory.",
    fix: "Strip the program's debug data (go build -ldflags=-w), or give the right file.",
  },
  TENON_BINARY_NOT_GO: {
    title: "The program was not made by Go",
    cause: "It holds neither Go's build information nor its module data.",
    fix: "Give the program that go build wrote.",
  },
} as const;
