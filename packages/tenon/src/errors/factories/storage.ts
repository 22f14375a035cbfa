import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { shellWord } from "../shell-word.js";

/** @param what a key, a value, a batch. */
export function storageInvalid(what: string, expected: string, found: string, cause?: unknown): TenonError {
  return errors.TENON_STORAGE_INVALID({ message: `storage: ${what}: expected ${expected}, found ${found}`, cause });
}

/** A change would exceed what is granted. */
export function storageFull(plugin: string, what: "bytes" | "entries", wanted: number, most: number): TenonError {
  return errors.TENON_STORAGE_FULL({
    message: `plugin ${plugin} would store ${wanted.toLocaleString("en")} ${what}; it may store ${most.toLocaleString("en")}`,
    subject: plugin,
    fix: { text: `Remove entries that are no longer needed, or grant more: grants: { storage: { ${what}: … } }.` },
  });
}

export function storageConflict(key: string, attempts: number): TenonError {
  return errors.TENON_STORAGE_CONFLICT({
    message: `storage: ${JSON.stringify(key)} was changed by others during each of ${attempts} attempts to update it`,
  });
}

/** The plugin was closed. */
export function storageClosed(plugin: string): TenonError {
  return errors.TENON_PLUGIN_CLOSED({ message: `plugin ${plugin} is closed, and so is its storage`, subject: plugin });
}

/** The plugin uses what was not granted to it. */
export function storageNotGranted(plugin: string | undefined): TenonError {
  return errors.TENON_GRANT_MISSING({
    message: `${plugin ?? "the plugin"} used context.storage, which is not granted to it`,
    ...(plugin === undefined ? {} : { subject: plugin }),
    fix: {
      text: 'Ask for it in the manifest ("grants": { "storage": true }), and open the plugin with grants: { storage: true }.',
    },
  });
}

/** Another process, or another host of this one, has opened it. */
export function storageLocked(plugin: string, folder: string, cause?: unknown): TenonError {
  return errors.TENON_STORAGE_IN_USE({
    message: `what plugin ${plugin} stores in ${folder} is in use by another host or process`,
    subject: plugin,
    fix: {
      text: "Close the plugin there, or give this host another folder: createHost({ storage: FOLDER }).",
    },
    cause,
  });
}

/** Another plugin of this host has the same name. */
export function storageNameTaken(plugin: string, artifact: string, other: string): TenonError {
  return errors.TENON_STORAGE_IN_USE({
    message: `plugin ${plugin} (${artifact}) has the same name as ${other}, which is open and has storage under that name`,
    subject: artifact,
    fix: { text: "Open one of them under another name: open(artifact, contract, { name })." },
  });
}

/** @param root where the host's plugins store data. @param path the file or folder that is wrong. */
export function storageDamaged(plugin: string, root: string, path: string, why: string, cause?: unknown): TenonError {
  return errors.TENON_STORAGE_DAMAGED({
    message: `what plugin ${plugin} stores is damaged: ${path}: ${why}`,
    subject: path,
    fix: {
      text: "Restore the folder from a backup. Or keep what can still be read of it:",
      command: `npx tenon storage repair ${shellWord(plugin)} --storage ${shellWord(root)}`,
    },
    cause,
  });
}

/** The system could not do it. */
export function storageFailed(plugin: string, what: string, why: string, cause?: unknown): TenonError {
  return errors.TENON_STORAGE_FAILED({
    message: `plugin ${plugin}: ${what}: ${why}`,
    subject: plugin,
    cause,
  });
}

/** The library of the store is not installed. */
export function storageLibraryMissing(name: string, cause: unknown): TenonError {
  return errors.TENON_STORAGE_UNAVAILABLE({
    message: `storage of plugins needs the package ${name}, which is not installed`,
    subject: name,
    fix: { text: "Install it beside tenon.", command: `npm install ${name}` },
    cause,
  });
}

/** Nothing says where this host's plugins store data. */
export function storagePlaceUnknown(): TenonError {
  return errors.TENON_STORAGE_UNAVAILABLE({
    message: "it is not known which program this is, and so where its plugins store data",
    fix: { text: 'Say where: createHost({ storage: "./plugin-data" }).' },
  });
}

/** A host's own storage has no folders. */
export function storageFolderMissing(plugin: string): TenonError {
  return errors.TENON_STORAGE_UNAVAILABLE({
    message: `plugin ${plugin} is granted a folder of storage, and the host's storage has no folders`,
    subject: plugin,
    fix: { text: "Do not grant storage.folder, or add folder(plugin) to the host's StorageProvider." },
  });
}

/** The runtime has no way to give a plugin keys and values. */
export function storageNotOffered(plugin: string, runtime: string, hasFolder: boolean): TenonError {
  return errors.TENON_STORAGE_UNAVAILABLE({
    message: `plugin ${plugin} is granted storage, and the ${runtime} runtime offers ${hasFolder ? "a folder of it only" : "none"}`,
    subject: plugin,
    fix: {
      text: hasFolder
        ? "Grant the folder: grants: { storage: { folder: true } }."
        : "Do not grant storage to the plugin.",
    },
  });
}

/** A plugin's process sent something that is no request. */
export function storageRequestInvalid(): TenonError {
  return errors.TENON_WIRE_MALFORMED("a control call `storage` has the wrong form");
}

/** A plugin's process does not wait for answers. */
export function storageTooBusy(most: number): TenonError {
  return errors.TENON_CALL_BUFFER_FULL(
    `more than ${most} requests of storage, or too many bytes in them, are under way`,
  );
}

/** A plugin that has stored nothing is named. */
export function storedPluginUnknown(name: string, root: string, near: string): TenonError {
  return errors.TENON_USAGE({
    message: `no plugin "${name}" has stored anything in ${root}${near}`,
    fix: { text: "This lists the plugins that have:", command: `tenon storage list --storage ${shellWord(root)}` },
  });
}
