import { Failure } from "../model/failure.js";
import { descriptorFlag, directoryRights, fileRights, fileType, inheritedRights, right } from "./constants.js";
import type { Context, Preview1Functions } from "./context.js";
import type { Descriptor } from "./descriptors.js";
import { offset } from "./offsets.js";
import { timesOf, typeOf, writeStat, writeTypeOnly } from "./stat.js";

const whence = { start: 0, current: 1, end: 2 } as const;

/** `fd_*`, except reading and writing: queries and changes of open descriptors. */
export function descriptorFunctions(context: Context): Preview1Functions {
  const { memory, descriptors } = context;
  return {
    fd_advise(number: number, at: bigint, length: bigint, advice: number) {
      descriptors.file(number);
      offset(at);
      offset(length);
      if (advice >>> 0 > 5) throw new Failure("invalid");
    },
    fd_allocate(number: number, at: bigint, length: bigint) {
      const file = descriptors.file(number);
      const size = offset(at) + offset(length);
      if (length === 0n) throw new Failure("invalid");
      if (size > file.size()) file.resize(size);
    },
    fd_close(number: number) {
      descriptors.close(number);
    },
    fd_datasync(number: number) {
      const found = descriptors.get(number);
      if (found.kind === "file") found.file.syncData();
    },
    fd_sync(number: number) {
      const found = descriptors.get(number);
      if (found.kind === "file") found.file.sync();
    },
    fd_fdstat_get(number: number, result: number) {
      const found = descriptors.get(number);
      const view = memory.view(result, 24);
      const at = result >>> 0;
      const { rights, inheriting } = rightsOf(found);
      view.setBigUint64(at, BigInt(descriptorType(found)), true);
      view.setUint16(at + 2, flagsOf(found), true);
      view.setBigUint64(at + 8, rights, true);
      view.setBigUint64(at + 16, inheriting, true);
    },
    fd_fdstat_set_flags(number: number, flags: number) {
      const found = descriptors.get(number);
      if (found.kind === "file") {
        found.file.append = (flags & descriptorFlag.append) !== 0;
        found.flags = flags;
      } else if (found.kind === "listener" || found.kind === "connection") {
        found.nonBlock = (flags & descriptorFlag.nonBlock) !== 0;
      } else if (found.kind === "folder") throw new Failure("is-directory");
    },
    fd_fdstat_set_rights(number: number) {
      // Rights can only be given up, and a program does not use rights that it has given up.
      descriptors.get(number);
    },
    fd_filestat_get(number: number, result: number) {
      const found = descriptors.get(number);
      if (found.kind === "file") writeStat(memory, result, found.file.stat());
      else if (found.kind === "folder") writeStat(memory, result, found.folder.stat());
      else writeTypeOnly(memory, result, descriptorType(found));
    },
    fd_filestat_set_size(number: number, size: bigint) {
      descriptors.file(number).resize(offset(size));
    },
    fd_filestat_set_times(number: number, accessed: bigint, modified: bigint, flags: number) {
      const times = timesOf(context, accessed, modified, flags);
      const found = descriptors.get(number);
      if (found.kind === "folder") found.folder.setTimes(times);
      else descriptors.file(number).setTimes(times);
    },
    fd_prestat_get(number: number, result: number) {
      const name = grantedName(descriptors.get(number));
      const view = memory.view(result, 8);
      view.setUint32(result >>> 0, 0, true);
      view.setUint32((result >>> 0) + 4, name.length, true);
    },
    fd_prestat_dir_name(number: number, pointer: number, length: number) {
      const name = grantedName(descriptors.get(number));
      if (length >>> 0 < name.length) throw new Failure("name-too-long");
      memory.bytes(pointer, name.length).set(name);
    },
    fd_renumber(from: number, to: number) {
      descriptors.renumber(from, to);
    },
    fd_seek(number: number, delta: bigint, from: number, result: number) {
      const file = descriptors.file(number);
      memory.at(result, 8);
      const base =
        from === whence.start ? 0 : from === whence.current ? file.position : from === whence.end ? file.size() : -1;
      const position = BigInt(base) + BigInt.asIntN(64, delta);
      if (base < 0 || position < 0n || position > BigInt(Number.MAX_SAFE_INTEGER)) throw new Failure("invalid");
      file.position = Number(position);
      memory.setU64(result, position);
    },
    fd_tell(number: number, result: number) {
      memory.setU64(result, BigInt(descriptors.file(number).position));
    },
  };
}

function grantedName(descriptor: Descriptor): Uint8Array {
  // Libraries ask for one number after the other until this fails.
  if (descriptor.kind !== "folder" || descriptor.granted === undefined) throw new Failure("bad-descriptor");
  return descriptor.granted;
}

function descriptorType(descriptor: Descriptor): number {
  switch (descriptor.kind) {
    case "folder":
      return fileType.directory;
    case "file":
      return typeOf(descriptor.file.stat());
    case "listener":
    case "connection":
      return fileType.socketStream;
    default:
      // Not a character device: programs would take it for a terminal.
      return fileType.unknown;
  }
}

function flagsOf(descriptor: Descriptor): number {
  if (descriptor.kind === "file") return descriptor.flags;
  if (descriptor.kind === "output") return descriptorFlag.append;
  const waits = descriptor.kind === "listener" || descriptor.kind === "connection";
  return waits && descriptor.nonBlock ? descriptorFlag.nonBlock : 0;
}

function rightsOf(descriptor: Descriptor): { rights: bigint; inheriting: bigint } {
  switch (descriptor.kind) {
    case "folder":
      // Libraries do not ask for rights that are missing here, and would open a file without them. So all rights are
      // reported, and opening the file fails with the reason.
      return { rights: directoryRights, inheriting: inheritedRights };
    case "file": {
      const { readable, writable } = descriptor.file;
      const without = (readable ? 0n : right.read) | (writable ? 0n : right.write | right.allocate | right.setSize);
      return { rights: fileRights & ~without, inheriting: 0n };
    }
    case "listener":
      return { rights: right.accept | right.poll | right.setFlags | right.stat, inheriting: inheritedRights };
    case "connection":
      return {
        rights: right.read | right.write | right.poll | right.setFlags | right.shutdown | right.stat,
        inheriting: 0n,
      };
    case "input":
      return { rights: right.read | right.poll | right.stat | right.setFlags, inheriting: 0n };
    case "output":
      return { rights: right.write | right.poll | right.stat | right.setFlags, inheriting: 0n };
  }
}
