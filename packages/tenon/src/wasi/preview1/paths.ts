import { Folder } from "../files/folder.js";
import { Failure } from "../model/failure.js";
import { descriptorFlag, followLink, openFlag, right } from "./constants.js";
import type { Context, Preview1Functions } from "./context.js";
import type { Descriptor, Descriptors } from "./descriptors.js";
import { timesOf, typeOf, writeStat } from "./stat.js";

const entryHead = 24;
const encoder = new TextEncoder();

/** `path_*` and `fd_readdir`: everything that uses names in a folder. */
export function pathFunctions(context: Context): Preview1Functions {
  const { memory, descriptors } = context;
  const folderOf = (number: number) => descriptors.folder(number).folder;
  return {
    path_open(
      number: number,
      lookup: number,
      path: number,
      pathLength: number,
      openFlags: number,
      rights: bigint,
      _inheriting: bigint,
      flags: number,
      result: number,
    ) {
      memory.at(result, 4);
      const opened = folderOf(number).open(memory.text(path, pathLength), {
        read: (rights & right.read) !== 0n,
        // Not the right to set the size: Go asks for it even to read.
        write: (rights & right.write) !== 0n,
        append: (flags & descriptorFlag.append) !== 0,
        create: (openFlags & openFlag.create) !== 0,
        exclusive: (openFlags & openFlag.exclusive) !== 0,
        truncate: (openFlags & openFlag.truncate) !== 0,
        directory: (openFlags & openFlag.directory) !== 0,
        follow: (lookup & followLink) !== 0,
      });
      memory.setU32(result, descriptors.add(describe(opened, flags)));
    },
    path_create_directory(number: number, path: number, length: number) {
      folderOf(number).makeDirectory(memory.text(path, length));
    },
    path_remove_directory(number: number, path: number, length: number) {
      folderOf(number).removeDirectory(memory.text(path, length));
    },
    path_unlink_file(number: number, path: number, length: number) {
      folderOf(number).removeFile(memory.text(path, length));
    },
    path_filestat_get(number: number, lookup: number, path: number, length: number, result: number) {
      const follow = (lookup & followLink) !== 0;
      writeStat(memory, result, folderOf(number).statAt(memory.text(path, length), follow));
    },
    path_filestat_set_times(
      number: number,
      lookup: number,
      path: number,
      length: number,
      accessed: bigint,
      modified: bigint,
      flags: number,
    ) {
      const times = timesOf(context, accessed, modified, flags);
      folderOf(number).setTimesAt(memory.text(path, length), (lookup & followLink) !== 0, times);
    },
    path_link(
      number: number,
      lookup: number,
      path: number,
      length: number,
      newNumber: number,
      newPath: number,
      newLength: number,
    ) {
      const to = folderOf(newNumber);
      const follow = (lookup & followLink) !== 0;
      folderOf(number).linkTo(memory.text(path, length), follow, to, memory.text(newPath, newLength));
    },
    path_rename(number: number, path: number, length: number, newNumber: number, newPath: number, newLength: number) {
      const to = folderOf(newNumber);
      folderOf(number).renameTo(memory.text(path, length), to, memory.text(newPath, newLength));
    },
    path_symlink(target: number, targetLength: number, number: number, path: number, length: number) {
      folderOf(number).makeLink(memory.text(target, targetLength), memory.text(path, length));
    },
    path_readlink(number: number, path: number, length: number, buffer: number, bufferLength: number, result: number) {
      const target = encoder.encode(folderOf(number).readLink(memory.text(path, length)));
      const written = memory.bytes(buffer, Math.min(target.length, bufferLength >>> 0));
      written.set(target.subarray(0, written.length));
      memory.setU32(result, written.length);
    },
    fd_readdir(number: number, buffer: number, length: number, cookie: bigint, result: number) {
      const target = memory.bytes(buffer, length);
      memory.setU32(result, list(descriptors, number, target, BigInt.asUintN(64, cookie)));
    },
  };
}

function describe(opened: ReturnType<Folder["open"]>, flags: number): Descriptor {
  return opened instanceof Folder
    ? { kind: "folder", granted: undefined, folder: opened, listing: undefined }
    : { kind: "file", file: opened, flags: flags & 0x1f };
}

/**
 * Writes as many entries as fit. The last one is cut off if it does not fit: a full buffer tells the program that there are
 * more. A cookie is an index into the listing that was read with cookie 0.
 */
function list(descriptors: Descriptors, number: number, target: Uint8Array, cookie: bigint): number {
  const descriptor = descriptors.folder(number);
  if (cookie === 0n || descriptor.listing === undefined) {
    const self = descriptor.folder.stat();
    descriptor.listing = [{ name: ".", stat: self }, { name: "..", stat: self }, ...descriptor.folder.entries()];
  }
  const head = new Uint8Array(entryHead);
  const view = new DataView(head.buffer);
  let at = 0;
  const put = (bytes: Uint8Array) => {
    const taken = bytes.subarray(0, target.length - at);
    target.set(taken, at);
    at += taken.length;
  };
  if (cookie > BigInt(descriptor.listing.length)) throw new Failure("invalid");
  for (let index = Number(cookie); index < descriptor.listing.length && at < target.length; index++) {
    const { name, stat } = descriptor.listing[index]!;
    const bytes = encoder.encode(name);
    view.setBigUint64(0, BigInt(index + 1), true);
    view.setBigUint64(8, name === ".." ? 0n : stat.ino, true);
    view.setUint32(16, bytes.length, true);
    view.setUint32(20, typeOf(stat), true);
    put(head);
    put(bytes);
  }
  return at;
}
