import type { FailureName } from "../model/failure.js";

/** Values of `wasi_snapshot_preview1`. Source: WASI preview 1, docs.md and witx/typenames.witx. */
export const fileType = {
  unknown: 0,
  blockDevice: 1,
  characterDevice: 2,
  directory: 3,
  regularFile: 4,
  socketStream: 6,
  symbolicLink: 7,
} as const;

export const openFlag = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const;
export const descriptorFlag = { append: 1, dsync: 2, nonBlock: 4, rsync: 8, sync: 16 } as const;
export const timeFlag = { accessed: 1, accessedNow: 2, modified: 4, modifiedNow: 8 } as const;
export const followLink = 1;

export const right = {
  dataSync: 1n << 0n,
  read: 1n << 1n,
  seek: 1n << 2n,
  setFlags: 1n << 3n,
  sync: 1n << 4n,
  tell: 1n << 5n,
  write: 1n << 6n,
  advise: 1n << 7n,
  allocate: 1n << 8n,
  stat: 1n << 21n,
  setSize: 1n << 22n,
  setTimes: 1n << 23n,
  poll: 1n << 27n,
  shutdown: 1n << 28n,
  accept: 1n << 29n,
} as const;
const all = (1n << 30n) - 1n;
/** The rights of a directory: everything that works by path. */
export const directoryRights =
  all & ~(right.read | right.seek | right.tell | right.write | right.setSize | right.accept | right.allocate);
export const fileRights = ((1n << 9n) - 1n) | right.stat | right.setSize | right.setTimes | right.poll;
export const inheritedRights = directoryRights | fileRights;

export const errno: Readonly<Record<FailureName, number>> = {
  "argument-list-too-long": 1,
  access: 2,
  "access-denied": 2,
  "address-in-use": 3,
  "address-not-bindable": 4,
  "would-block": 6,
  already: 7,
  "bad-descriptor": 8,
  busy: 10,
  "connection-aborted": 13,
  "connection-refused": 14,
  "connection-reset": 15,
  quota: 19,
  exist: 20,
  fault: 21,
  "file-too-large": 22,
  "remote-unreachable": 23,
  "in-progress": 26,
  interrupted: 27,
  invalid: 28,
  "not-in-progress": 28,
  "invalid-state": 28,
  io: 29,
  "is-directory": 31,
  loop: 32,
  "too-many-files": 33,
  "too-many-links": 34,
  "datagram-too-large": 35,
  "name-too-long": 37,
  "no-device": 43,
  "no-entry": 44,
  "name-unresolvable": 44,
  "insufficient-memory": 48,
  "insufficient-space": 51,
  "not-connected": 53,
  "not-directory": 54,
  "not-empty": 55,
  "not-socket": 57,
  unsupported: 58,
  overflow: 61,
  "not-permitted": 63,
  pipe: 64,
  "read-only": 69,
  "invalid-seek": 70,
  timeout: 73,
  "text-file-busy": 74,
  "cross-device": 75,
};
