/** Codes about what plugins store. */
export const storageCodes = {
  TENON_STORAGE_INVALID: {
    title: "Something cannot be stored or read like this",
    cause:
      "A key is empty, too long or no valid Unicode, a value or a batch is too large, or what is stored is no text or JSON.",
    fix: "Keep keys below 1,024 bytes, values below 4 MiB, and batches below 1,000 changes and 8 MiB; read bytes with get().",
  },
  TENON_STORAGE_FULL: {
    title: "The plugin would store more than it may",
    cause: "The change would exceed the bytes or entries that grants.storage gives. Nothing of it was stored.",
    fix: "Remove entries that are no longer needed, or raise grants.storage: { bytes, entries }.",
  },
  TENON_STORAGE_CONFLICT: {
    title: "A value was changed each time that it was to be updated",
    cause: "Other calls change the key all the time.",
    fix: "Update the key from fewer calls at the same time.",
  },
  TENON_STORAGE_IN_USE: {
    title: "What the plugin stores is in use elsewhere",
    cause: "Another process has opened it, or another plugin of this host has the same name.",
    fix: "Close the other one, open this plugin under another name, or use another folder: createHost({ storage: FOLDER }).",
  },
  TENON_STORAGE_DAMAGED: {
    title: "What the plugin stores is damaged",
    cause: "A file was changed, cut off or removed by something else than Tenon, or the disk has lost data.",
    fix: "Restore the folder that the message names from a backup, or remove it so that the plugin starts with nothing.",
  },
  TENON_STORAGE_FAILED: {
    title: "The system could not read or write what the plugin stores",
    cause: "The disk is full, the folder cannot be written, or the disk failed. Nothing was changed.",
    fix: "Fix the reason that the message names. The next change tries again.",
  },
  TENON_STORAGE_UNAVAILABLE: {
    title: "There is no storage for the plugin here",
    cause:
      "A package is not installed, the host does not say where plugins store data, or the runtime cannot offer storage.",
    fix: "Follow the message: install the package, set createHost({ storage }), or do not grant storage to the plugin.",
  },
} as const;
