/** Codes about sources: what turns the text given to `open` into a plugin, and the digest that pins it. */
export const sourceCodes = {
  TENON_COMMAND_LINE: {
    title: "A command line cannot be read",
    cause: "A quote is not closed, or the line uses something that only a shell expands. No shell reads it.",
    fix: "Quote what is meant literally: command:node server.js --name '$HOME'.",
  },
  TENON_PROGRAM_MISSING: {
    title: "The program of a command line cannot be started",
    cause: "It is in no folder of PATH, its path does not exist, or it is not executable.",
    fix: "Install the program, or name it by its absolute path.",
  },
  TENON_PACKAGE_MISSING: {
    title: "The package is not installed",
    cause:
      "No node_modules folder on the way up from the folder contains it, or it does not export what was asked for.",
    fix: "Install the package, or name the folder that has it with the option `folder`.",
  },
  TENON_DOWNLOAD_FAILED: {
    title: "The plugin could not be downloaded",
    cause: "The server cannot be reached, refused the request, answered too slowly or sent too much.",
    fix: "Check the URL with curl. Nothing was kept of what arrived.",
  },
  TENON_ARCHIVE_INVALID: {
    title: "The archive is damaged or of an unknown kind",
    cause: "It is cut short, parts of it contradict each other, or it is neither a gzipped tar file nor a zip file.",
    fix: "Download or pack the archive again: tar -czf plugin.tgz -C plugin .",
  },
  TENON_ARCHIVE_UNSAFE: {
    title: "The archive contains something that must not be unpacked",
    cause:
      "A path or link leads out of the folder, two names mean the same file somewhere, or an entry is a device or pipe.",
    fix: "Pack the plugin again, with its own files and folders only. Nothing was unpacked.",
  },
  TENON_ARCHIVE_LIMIT: {
    title: "The archive is too large",
    cause: "It unpacks to more bytes or files, deeper folders or longer paths than a plugin may have.",
    fix: "Pack only what the plugin needs at run time. Nothing was unpacked.",
  },
  TENON_INTEGRITY_MISSING: {
    title: "A download has no digest",
    cause: "What a server sends can change at any time, so Tenon runs a download only if its digest is known.",
    fix: "Add the digest to the URL as a fragment, #sha256-…, or pass it as the option `integrity`.",
  },
  TENON_INTEGRITY_MISMATCH: {
    title: "The plugin is not the one that was pinned",
    cause: "Its files have changed since the digest was made, or the digest belongs to another plugin.",
    fix: "If the change was intended, pin the digest that the message found. Otherwise, install the plugin again.",
  },
  TENON_INTEGRITY_UNPINNED: {
    title: "The plugin cannot be pinned by a digest",
    cause: "Something of it is read only when it runs, by Node or by the program itself, and may have changed by then.",
    fix: "Bundle what the message names into the plugin, or open the plugin without `integrity`.",
  },
} as const;
