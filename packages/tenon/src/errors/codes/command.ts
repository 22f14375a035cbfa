/** Codes of the command line. Nothing was changed when one of these is reported. */
export const commandCodes = {
  TENON_USAGE: {
    title: "The command line cannot be understood",
    cause: "A command, an option or an argument is missing, unknown, or not written as it must be.",
    fix: "Correct what the message names; every command has --help with examples.",
  },
  TENON_FOLDER_OCCUPIED: {
    title: "The folder to write to is not empty",
    cause: "Files that are already there could be overwritten.",
    fix: "Choose another folder, or add --force to overwrite the files of the same names.",
  },
  TENON_FILE_WRITE: {
    title: "A file could not be written",
    cause: "The disk is full, or the folder is not writable.",
    fix: "Free space, or choose a folder that is writable; a file that was there before is untouched.",
  },
} as const;
