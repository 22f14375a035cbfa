import type { BigIntStats } from "node:fs";
import type { Times } from "../files/open-file.js";
import { Failure } from "../model/failure.js";
import { fileType, timeFlag } from "./constants.js";
import type { Context } from "./context.js";
import type { GuestMemory } from "./guest-memory.js";

const statBytes = 64;

export function typeOf(stat: BigIntStats): number {
  if (stat.isFile()) return fileType.regularFile;
  if (stat.isDirectory()) return fileType.directory;
  if (stat.isSymbolicLink()) return fileType.symbolicLink;
  if (stat.isBlockDevice()) return fileType.blockDevice;
  if (stat.isCharacterDevice()) return fileType.characterDevice;
  return stat.isSocket() ? fileType.socketStream : fileType.unknown;
}

export function writeStat(memory: GuestMemory, pointer: number, stat: BigIntStats): void {
  const view = memory.view(pointer, statBytes);
  const at = pointer >>> 0;
  view.setBigUint64(at, stat.dev, true);
  view.setBigUint64(at + 8, stat.ino, true);
  view.setBigUint64(at + 16, BigInt(typeOf(stat)), true);
  view.setBigUint64(at + 24, stat.nlink, true);
  view.setBigUint64(at + 32, stat.size, true);
  view.setBigUint64(at + 40, stat.atimeNs, true);
  view.setBigUint64(at + 48, stat.mtimeNs, true);
  view.setBigUint64(at + 56, stat.ctimeNs, true);
}

/** Writes the stat of something that is not a file: everything is 0 except the type. */
export function writeTypeOnly(memory: GuestMemory, pointer: number, type: number): void {
  const bytes = memory.bytes(pointer, statBytes);
  bytes.fill(0);
  bytes[16] = type;
}

/** @throws Failure `invalid` if a time is set in two ways */
export function timesOf({ capabilities }: Context, accessed: bigint, modified: bigint, flags: number): Times {
  const pick = (given: bigint, asGiven: number, asNow: number) => {
    if ((flags & asGiven) !== 0 && (flags & asNow) !== 0) throw new Failure("invalid");
    if ((flags & asGiven) !== 0) return BigInt.asUintN(64, given);
    return (flags & asNow) !== 0 ? capabilities.clocks.wall() : undefined;
  };
  return {
    accessed: pick(accessed, timeFlag.accessed, timeFlag.accessedNow),
    modified: pick(modified, timeFlag.modified, timeFlag.modifiedNow),
  };
}
