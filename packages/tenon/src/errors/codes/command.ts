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
  TENON_CONSENT_MISSING: {
    title: "The plugin asks for more than the command line grants",
    cause:
      "Its manifest asks for it, the options do not grant it, and there is no terminal to ask on, or the answer was no.",
    fix: "Grant it with the options that the error's own fix lists, or add --no-ask to run the plugin without it.",
  },
  TENON_CONSENT_UNSAFE: {
    title: "The file with your answers is not private",
    cause:
      "Another user owns the file or its folder, or may write to it, and so could grant a plugin more than you did.",
    fix: "Check the answers in it and make it private, or delete it: then you are asked again.",
  },
  TENON_CONSENT_INVALID: {
    title: "The file with your answers cannot be read",
    cause: "It is damaged, or a newer version of Tenon wrote it.",
    fix: "Delete the file that the message names: then you are asked again.",
  },
  TENON_FILE_WRITE: {
    title: "A file could not be written",
    cause: "The disk is full, or the folder is not writable.",
    fix: "Free some space, or choose a writable folder. A file that existed before is unchanged.",
  },
} as const;
