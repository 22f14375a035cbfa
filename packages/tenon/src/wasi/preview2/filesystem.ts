import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { Folder } from "../files/folder.js";
import type { Times } from "../files/open-file.js";
import { Failure } from "../model/failure.js";
import type { HostInterface } from "../model/types.js";
import { type DateTime, nanosecondsOf } from "./clocks.js";
import { Descriptor, type DescriptorFlags, DirectoryEntries, statRecord, typeOf } from "./descriptor.js";
import { type Context, noDestructor } from "./io/context.js";
import { filesystemCode, withErrorCases } from "./io/error-cases.js";
import { InputStream } from "./io/input-stream.js";
import type { IoError } from "./io/io-error.js";
import { OutputStream } from "./io/output-stream.js";

interface PathFlags {
  readonly symlinkFollow?: boolean;
}
interface OpenFlags {
  readonly create?: boolean;
  readonly directory?: boolean;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
}
type NewTime = { readonly tag: "no-change" | "now" } | { readonly tag: "timestamp"; readonly val: DateTime };

const mostRead = 1024n * 1024n;

/** `wasi:filesystem/preopens`. */
export const preopens = (context: Context): HostInterface => ({
  functions: {
    "get-directories": () =>
      context.capabilities.folders.map((granted) => {
        const flags = { read: true, mutateDirectory: granted.writable };
        return [context.track(new Descriptor(granted.open(), flags)), granted.guestPath];
      }),
  },
  resources: {},
});

/** `wasi:filesystem/types`. */
export const filesystemTypes = (context: Context): HostInterface => {
  const timesOf = (accessed: NewTime, modified: NewTime): Times => {
    const pick = (time: NewTime) => {
      if (time.tag === "timestamp") return nanosecondsOf(time.val);
      return time.tag === "now" ? context.capabilities.clocks.wall() : undefined;
    };
    return { accessed: pick(accessed), modified: pick(modified) };
  };
  const named = (methods: Record<string, (self: Descriptor, ...rest: any[]) => unknown>) =>
    Object.fromEntries(Object.entries(methods).map(([name, act]) => [`[method]descriptor.${name}`, act]));

  const streams = {
    "read-via-stream": ({ file }: Descriptor, offset: bigint) => {
      if (!file.readable) throw new Failure("bad-descriptor");
      return context.track(InputStream.ofFile(file, index(offset)));
    },
    "write-via-stream": ({ file }: Descriptor, offset: bigint) => {
      if (!file.writable) throw new Failure("bad-descriptor");
      return context.track(OutputStream.ofFile(file, index(offset)));
    },
    "append-via-stream": ({ file }: Descriptor) => {
      if (!file.writable) throw new Failure("bad-descriptor");
      return context.track(OutputStream.ofFile(file, undefined));
    },
    read: ({ file }: Descriptor, length: bigint, offset: bigint) => {
      const bytes = new Uint8Array(Number(length < mostRead ? length : mostRead));
      const read = file.readAt(bytes, index(offset));
      return [bytes.subarray(0, read), read === 0 && bytes.length > 0];
    },
    write: ({ file }: Descriptor, bytes: Uint8Array, offset: bigint) => BigInt(file.writeAt(bytes, index(offset))),
    "read-directory": ({ folder }: Descriptor) => new DirectoryEntries(folder.entries()),
  };

  const own = {
    advise: ({ file }: Descriptor) => void file,
    "sync-data": ({ opened }: Descriptor) => {
      if (!(opened instanceof Folder)) opened.syncData();
    },
    sync: ({ opened }: Descriptor) => {
      if (!(opened instanceof Folder)) opened.sync();
    },
    "get-flags": ({ flags }: Descriptor) => flags,
    "get-type": ({ opened }: Descriptor) => (opened instanceof Folder ? "directory" : "regular-file"),
    "set-size": ({ file }: Descriptor, size: bigint) => file.resize(index(size)),
    "set-times": ({ opened }: Descriptor, accessed: NewTime, modified: NewTime) =>
      opened.setTimes(timesOf(accessed, modified)),
    stat: ({ opened }: Descriptor) => statRecord(opened.stat()),
    "is-same-object": (self: Descriptor, other: Descriptor) => {
      const [one, two] = [self.opened.stat(), other.opened.stat()];
      return one.dev === two.dev && one.ino === two.ino;
    },
    "metadata-hash": ({ opened }: Descriptor) => metadataHash(opened.stat()),
  };

  const byPath = {
    "create-directory-at": ({ folder }: Descriptor, path: string) => folder.makeDirectory(path),
    "stat-at": ({ folder }: Descriptor, flags: PathFlags, path: string) =>
      statRecord(folder.statAt(path, flags.symlinkFollow === true)),
    "metadata-hash-at": ({ folder }: Descriptor, flags: PathFlags, path: string) =>
      metadataHash(folder.statAt(path, flags.symlinkFollow === true)),
    "set-times-at": ({ folder }: Descriptor, flags: PathFlags, path: string, accessed: NewTime, modified: NewTime) =>
      folder.setTimesAt(path, flags.symlinkFollow === true, timesOf(accessed, modified)),
    "link-at": ({ folder }: Descriptor, flags: PathFlags, path: string, to: Descriptor, newPath: string) =>
      folder.linkTo(path, flags.symlinkFollow === true, to.folder, newPath),
    "open-at": (
      { folder }: Descriptor,
      pathFlags: PathFlags,
      path: string,
      flags: OpenFlags,
      descriptorFlags: DescriptorFlags,
    ) => {
      const opened = folder.open(path, {
        read: descriptorFlags.read === true,
        write: descriptorFlags.write === true,
        append: false,
        create: flags.create === true,
        exclusive: flags.exclusive === true,
        truncate: flags.truncate === true,
        directory: flags.directory === true,
        follow: pathFlags.symlinkFollow === true,
      });
      return context.track(new Descriptor(opened, flagsOf(opened)));
    },
    "readlink-at": ({ folder }: Descriptor, path: string) => folder.readLink(path),
    "remove-directory-at": ({ folder }: Descriptor, path: string) => folder.removeDirectory(path),
    "rename-at": ({ folder }: Descriptor, path: string, to: Descriptor, newPath: string) =>
      folder.renameTo(path, to.folder, newPath),
    "symlink-at": ({ folder }: Descriptor, target: string, path: string) => folder.makeLink(target, path),
    "unlink-file-at": ({ folder }: Descriptor, path: string) => folder.removeFile(path),
  };

  return {
    functions: {
      ...withErrorCases(filesystemCode, named({ ...streams, ...own, ...byPath })),
      "[method]directory-entry-stream.read-directory-entry": (entries: DirectoryEntries) => entries.next(),
      "filesystem-error-code": ({ failure }: IoError) => filesystemCode(failure),
    },
    resources: {
      descriptor: (descriptor: Descriptor) => context.release(descriptor),
      "directory-entry-stream": noDestructor,
    },
  };
};

function flagsOf(opened: ReturnType<Folder["open"]>): DescriptorFlags {
  if (opened instanceof Folder) return { read: true, mutateDirectory: opened.writable };
  return { read: opened.readable, write: opened.writable };
}

/** @throws Failure `invalid` beyond 2⁵³ */
function index(offset: bigint): number {
  if (offset > BigInt(Number.MAX_SAFE_INTEGER)) throw new Failure("invalid");
  return Number(offset);
}

/** A hash that changes if the file is replaced or modified, and reveals nothing about its metadata. */
function metadataHash(stat: BigIntStats): { lower: bigint; upper: bigint } {
  const text = [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs, typeOf(stat)].join(" ");
  const digest = createHash("sha256").update(text).digest();
  return { lower: digest.readBigUInt64LE(0), upper: digest.readBigUInt64LE(8) };
}
