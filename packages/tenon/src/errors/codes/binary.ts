/** Codes about program files: reading ELF, Mach-O, PE and wasm. Nothing in such a file ever runs. */
export const binaryCodes = {
  TENON_BINARY_MALFORMED: {
    title: "A program file breaks the rules of its own format",
    cause: "It was damaged, copied incompletely, or manipulated.",
    fix: "Build or copy the file again.",
  },
  TENON_BINARY_TRUNCATED: {
    title: "A program file is shorter than its own headers say",
    cause: "A copy or download was interrupted. The system's loader crashes the whole process on such a file.",
    fix: "Copy or download the file again, and compare its checksum.",
  },
  TENON_BINARY_UNKNOWN: {
    title: "The file is not a program that Tenon can read",
    cause:
      "It is not ELF, Mach-O, PE or WebAssembly, but for example a script, an archive, an object file or plain data.",
    fix: "Pass the program itself, as the compiler wrote it.",
  },
  TENON_BINARY_CORE: {
    title: "The file is the memory of a crashed process",
    cause: "A core dump has the format of a program, but its code cannot be loaded.",
    fix: "Pass the program that crashed, not its core dump.",
  },
  TENON_BINARY_PACKED: {
    title: "The program is packed",
    cause: "A packer such as UPX compressed it, so its real code is only visible while it runs.",
    fix: "Unpack the file, or pass the one from before it was packed.",
  },
  TENON_BINARY_TOO_LARGE: {
    title: "The file is too large",
    cause: "Tenon reads files of up to 2 GiB into memory.",
    fix: "Strip the program's debug data (go build -ldflags=-w), or check that the path is correct.",
  },
  TENON_BINARY_NOT_GO: {
    title: "The program was not built by Go",
    cause: "It contains neither Go's build information nor its module data.",
    fix: "Pass the program that go build wrote.",
  },
} as const;
