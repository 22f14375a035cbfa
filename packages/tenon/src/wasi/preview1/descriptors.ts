import type { Input } from "../capabilities/input.js";
import type { Output } from "../capabilities/output.js";
import type { Folder } from "../files/folder.js";
import type { OpenFile } from "../files/open-file.js";
import { Failure } from "../model/failure.js";
import type { TcpConnection } from "../network/tcp-connection.js";
import type { TcpListener } from "../network/tcp-listener.js";

/** What a descriptor number of a program refers to. */
export type Descriptor =
  | { readonly kind: "input"; readonly input: Input }
  | { readonly kind: "output"; readonly output: Output }
  | FolderDescriptor
  | FileDescriptor
  | { readonly kind: "listener"; readonly listener: TcpListener; nonBlock: boolean }
  | { readonly kind: "connection"; readonly connection: TcpConnection; nonBlock: boolean };

export interface FolderDescriptor {
  readonly kind: "folder";
  /** The path of a granted folder; `undefined` for a directory that was opened. */
  readonly granted: Uint8Array | undefined;
  readonly folder: Folder;
  /** The entries for `fd_readdir`, as they were when reading began. */
  listing: readonly import("../files/folder.js").Entry[] | undefined;
}

export interface FileDescriptor {
  readonly kind: "file";
  readonly file: OpenFile;
  /** Flags without an effect, kept so that the program can read them back. */
  flags: number;
}

const mostDescriptors = 8192;

/** A program's descriptors. The lowest free number is used next. */
export class Descriptors {
  readonly #all: (Descriptor | undefined)[] = [];

  /** @throws Failure `too-many-files` */
  add(descriptor: Descriptor): number {
    let number = 0;
    while (number < this.#all.length && this.#all[number] !== undefined) number++;
    if (number >= mostDescriptors) {
      end(descriptor);
      throw new Failure("too-many-files");
    }
    this.#all[number] = descriptor;
    return number;
  }

  /** @throws Failure `bad-descriptor` */
  get(number: number): Descriptor {
    const found = this.#all[number];
    if (found === undefined) throw new Failure("bad-descriptor");
    return found;
  }

  /** @throws Failure `bad-descriptor`, `not-directory` */
  folder(number: number): FolderDescriptor {
    const found = this.get(number);
    if (found.kind !== "folder") throw new Failure("not-directory");
    return found;
  }

  /** @throws Failure `bad-descriptor`, `is-directory`, or `invalid-seek` for what has no position */
  file(number: number): OpenFile {
    const found = this.get(number);
    if (found.kind === "file") return found.file;
    throw new Failure(found.kind === "folder" ? "is-directory" : "invalid-seek");
  }

  close(number: number): void {
    const found = this.get(number);
    this.#all[number] = undefined;
    end(found);
  }

  /** Moves a descriptor to the number of another, which is closed. */
  renumber(from: number, to: number): void {
    const moved = this.get(from);
    const replaced = this.get(to);
    if (from === to) return;
    this.#all[to] = moved;
    this.#all[from] = undefined;
    end(replaced);
  }

  closeAll(): void {
    for (const descriptor of this.#all.splice(0)) if (descriptor !== undefined) end(descriptor);
  }
}

function end(descriptor: Descriptor): void {
  switch (descriptor.kind) {
    case "folder":
      descriptor.folder.close();
      break;
    case "file":
      descriptor.file.close();
      break;
    case "listener":
      descriptor.listener.close();
      break;
    case "connection":
      descriptor.connection.close();
      break;
  }
}
