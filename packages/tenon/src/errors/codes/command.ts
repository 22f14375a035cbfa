/** Codes of the command line. Nothing was changed when one of these is reported. */
export const commandCodes = {
  TENON_USAGE: {
    title: "The command line is not valid",
    cause:
      "A command, an option or an argument is missing, unknown or malformed, or a file that it names does not exist.",
    fix: "Correct what the message names. Every command has --help with examples.",
  },
  TENON_GO_HOST_MISSING: {
    title: "A Go plugin was given without its host",
    cause: "Whether a Go plugin opens depends on how the program that opens it was built.",
    fix: "Name the Go program first, then its plugins: tenon check HOST PLUGIN.so",
  },
  TENON_FOLDER_OCCUPIED: {
    title: "The folder to write to is not empty",
    cause: "Files that are already there could be overwritten.",
    fix: "Choose another folder, or add --force to overwrite files of the same names.",
  },
  TENON_FILE_WRITE: {
    title: "A file could not be written",
    cause: "The disk is full, or the folder is not writable.",
    fix: "Free some space, or choose a writable folder. A file that existed before is unchanged.",
  },
} as const;
