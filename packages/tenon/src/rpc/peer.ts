import type { Items } from "../contract/core.js";
import { connectionClosed, messageMalformed, wireVersionDiffers } from "../errors/factories/wire.js";
import type { TenonError } from "../errors/index.js";
import type { CallControl, FunctionTable, LogLine } from "../runtime/index.js";
import { Caller } from "./caller.js";
import type { Channel } from "./channel.js";
import { noBlobs, Reader, Unreadable } from "./codec/index.js";
import { extended, kind, maximumMessage, valueLimit, wireMagic, wireVersion } from "./envelope.js";
import { Exchange } from "./exchange.js";
import { coded, faultFromText, faultText } from "./fault.js";
import { Inbox, type WaitingFrame } from "./inbox.js";
import { Link } from "./link.js";
import { LogLines, readLogLine } from "./log-lines.js";
import { PeerReferences } from "./peer-references.js";
import { type ControlHandler, Server } from "./server.js";
import { Streams } from "./streams.js";

export interface PeerOptions {
  readonly channel: Channel;
  /** Which side this is. It decides which code an exception gets, and who may wait for a promise while the other is blocked. */
  readonly role: "host" | "plugin";
  /** Most bytes of a value, in both directions: parameters, a result, a stream's element. 0 for no limit. Default 64 MiB. */
  readonly bytes?: number;
  /**
   * Most bytes under way in each direction: sent and not yet taken, or taken and still in use by a call that runs. Beyond
   * it, calls, results and streams wait, and a host reads no further. 0, the default, for no limit.
   */
  readonly buffer?: number;
  /** Most bytes of a message that is accepted. By default, this follows from `bytes`. */
  readonly accepts?: number;
  /** Milliseconds within which the other side must confirm a cancellation; 0, the default, for no limit. */
  readonly grace?: number;
  /** The control calls that this side serves, by name. */
  readonly controls?: Readonly<Record<string, ControlHandler>>;
  /** Where the other side's log lines go. */
  log?(line: LogLine): void;
  /**
   * The connection ended, but not by {@link Peer.close}: with the error that ended it, or without one if the other side
   * closed it.
   */
  closed?(error: TenonError | undefined): void;
  /** The other side has lost its plugin. Answers may follow in this turn, then the connection ends. */
  lost?(error: TenonError): void;
  /** A cancellation was not confirmed in time: the other side is in an infinite loop, or suspended. */
  unresponsive?(error: TenonError): void;
  /** Called with `true` while the other side has a cancellation to confirm, and with `false` after. */
  doubt?(active: boolean): void;
  /** Called with `true` while this side waits for the other, and with `false` after. */
  hold?(active: boolean): void;
}

/** The two halves of a contract, as one side of the connection sees them. */
export interface Binding {
  /** What the other side implements. */
  readonly calls: Items;
  /** What this side implements. */
  readonly serves: Items;
}

/**
 * One end of a connection. Both ends are peers: each calls the other's functions and serves its own.
 *
 * A call that is cancelled or late rejects immediately (TENON_CALL_ABORTED, TENON_CALL_DEADLINE). What the other side still
 * sends for it is released. Bytes that cannot be read end the connection, and everything pending, with
 * TENON_WIRE_MALFORMED. docs/wire.md describes the messages.
 */
export class Peer {
  readonly #options: PeerOptions;
  readonly #accepts: number;
  readonly #link: Link;
  readonly #references: PeerReferences;
  readonly #caller: Caller;
  readonly #server: Server;
  readonly #streams: Streams;
  readonly #inbox: Inbox;
  readonly #logLines: LogLines;
  #greeted = false;

  constructor(options: PeerOptions) {
    const { channel, role, bytes = 64 * 1024 * 1024 } = options;
    this.#options = options;
    this.#accepts = options.accepts ?? maximumMessage(bytes);
    this.#link = new Link({
      channel,
      role,
      bytes: valueLimit(bytes),
      buffer: options.buffer ?? 0,
      hold: (active) => options.hold?.(active),
      exchange: () => new Exchange(this.#references),
    });
    this.#caller = new Caller(this.#link, {
      grace: options.grace ?? 0,
      unresponsive: (error) => options.unresponsive?.(error),
      doubt: (active) => options.doubt?.(active),
    });
    this.#server = new Server(this.#link, options.controls ?? {});
    this.#streams = new Streams(this.#link);
    this.#logLines = new LogLines(this.#link);
    this.#references = new PeerReferences(this.#link, this.#server, this.#streams);
    const link = this.#link;
    this.#inbox = new Inbox({
      channel,
      read: (frame, blobs) => this.#receive(frame, blobs),
      // The plugin's side trusts the host, which sends no more than the limit.
      full: () => role === "host" && (link.room.exceeded || this.#isBusy()),
      blocked: () => link.blocked > 0 || link.closed !== undefined,
      whenRoom: (ready) => {
        if (link.room.exceeded) {
          link.room.enter({ run: ready });
          return;
        }
        if (!this.#isBusy()) {
          // Another thread has taken what was under way since this side looked.
          setImmediate(ready);
          return;
        }
        this.#server.ended = () => {
          if (this.#isBusy()) return;
          this.#server.ended = () => {};
          ready();
        };
      },
    });
    this.#server.rest = () => this.#inbox.rest();
    link.blocking = () => this.#inbox.unblock();
    const hello = this.#link.outbox.begin(kind.hello, 64);
    hello.text(wireMagic);
    hello.varint(wireVersion);
    this.#link.outbox.commit();
    channel.open({
      frame: (frame, blobs = noBlobs) => this.#inbox.receive(frame, blobs),
      closed: (error) => this.#ended(error),
    });
  }

  /** The error that ended the connection, once it has ended. */
  get closed(): TenonError | undefined {
    return this.#link.closed;
  }

  /** Resolves when the other side has confirmed every cancellation; `undefined` if it has already. */
  get unconfirmed(): Promise<void> | undefined {
    return this.#caller.unconfirmed;
  }

  /** How many of the other's objects each side holds. */
  get held(): { readonly here: number; readonly there: number } {
    return { here: this.#references.ownedReferences, there: this.#references.handles.size };
  }

  /** Sets the limits of a value and of what is under way, 0 for none, if they were not known when the peer was created. */
  limit(bytes: number, buffer = 0): void {
    this.#link.bytes = valueLimit(bytes);
    this.#link.room.limit = buffer;
  }

  /**
   * Sets the contract. Both sides must use the same one. Returns the functions of the other side.
   *
   * @param has whether the other side has a function (by path). It may leave out optional ones.
   */
  bind(binding: Binding, has: (path: string) => boolean = () => true): FunctionTable {
    this.#server.bind(binding.serves);
    this.#link.serves = Object.keys(binding.serves).length > 0;
    this.#link.calls = Object.keys(binding.calls).length > 0;
    return this.#caller.functions(binding.calls, has);
  }

  /** Sets the functions of this side, by path. Calls that arrive earlier fail with TENON_SYMBOL_MISSING. */
  serve(table: FunctionTable): void {
    this.#server.serve(table);
  }

  /**
   * Makes a control call. Returns the JSON value that the other side's handler returned.
   *
   * @param attachment bytes to send with it.
   */
  control(
    name: string,
    parameters?: unknown,
    control: CallControl = { signal: undefined, deadline: 0 },
    attachment: Uint8Array = nothing,
  ): Promise<unknown> {
    return this.#caller.control(name, parameters, control, attachment);
  }

  /**
   * Sends a log line: now, because a plugin that does not return would never send it, or with what is collected in this
   * turn. A very long one is sent in pieces.
   */
  log(line: LogLine, when: "now" | "this turn" = "now"): void {
    this.#logLines.send(line, when);
  }

  /**
   * Tells the other side that the plugin is lost, before it reads any answer of this turn. So when a call rejects there, the
   * plugin is already known to be lost.
   */
  lost(reason: TenonError): void {
    if (this.#link.closed === undefined)
      this.#link.outbox.prepend(kind.lost, (writer) => writer.text(faultText(reason)));
  }

  /** Sends what was collected in this turn now, not at its end. */
  flush(): void {
    this.#link.outbox.flush();
  }

  /** Rejects every call of a function that this side has pending. Control calls stay pending. */
  abandonCalls(reason: TenonError): void {
    this.#caller.abandon(reason);
  }

  /** Drops every object of this side that the other side holds. Returns how many there were. */
  releaseHandles(): number {
    return this.#references.release();
  }

  /**
   * Ends the connection: pending calls reject with `reason`, streams break, and every resource is released. Returns how many
   * resources either side still held. Closing again returns 0.
   */
  close(reason: TenonError): { readonly resources: number } {
    if (this.#link.closed !== undefined) return { resources: 0 };
    this.#link.outbox.flush();
    const resources = this.#shut(reason);
    this.#link.channel.close();
    return { resources };
  }

  /** Whether the calls that run here occupy more than is allowed. */
  #isBusy(): boolean {
    const { limit } = this.#link.room;
    return limit > 0 && this.#server.running > limit;
  }

  /** Reads the messages of a frame. Returns the rest of it if reading must pause. */
  #receive(frame: Uint8Array, blobs: readonly Uint8Array[]): WaitingFrame | undefined {
    const link = this.#link;
    const reader = new Reader(frame, blobs);
    const frameEnd = reader.end;
    try {
      if (frame.byteLength === 0) throw new Unreadable("a frame is empty");
      while (reader.position < frameEnd && link.closed === undefined) {
        const length = reader.u32();
        if (length > frameEnd - reader.position) throw new Unreadable("a message is cut short");
        if (length > this.#accepts)
          throw new Unreadable(`a message has ${length} bytes, and the limit is ${this.#accepts}`);
        reader.end = reader.position + length;
        reader.blobBytes = 0;
        this.#message(reader);
        if (link.closed === undefined) reader.finish();
        reader.end = frameEnd;
        if (reader.position < frameEnd && this.#inbox.mustPause())
          return { bytes: frame.subarray(reader.position), blobs: reader.restOfBlobs };
      }
      if (link.closed === undefined && reader.restOfBlobs.length > 0) throw new Unreadable("a blob is left over");
    } catch (thrown) {
      if (link.closed !== undefined) return undefined;
      this.#fail(
        thrown instanceof Unreadable
          ? messageMalformed(thrown.message, thrown)
          : coded(thrown, "TENON_INTERNAL", "reading a message failed"),
      );
      return undefined;
    }
    // A blocked side waits for the answer now. And while this side is blocked, no turn of the event loop ends.
    if (link.blocked > 0 || link.channel.blocking?.awaited() === true) link.outbox.flush();
    return undefined;
  }

  #message(reader: Reader): void {
    const what = reader.byte();
    if (!this.#greeted && what !== kind.hello) throw new Unreadable("the first message is not a hello");
    switch (what) {
      case kind.call:
      case kind.call | extended:
        this.#server.call(reader, "call", what !== kind.call);
        return;
      case kind.nestedCall:
      case kind.nestedCall | extended:
        this.#server.call(reader, "nested", what !== kind.nestedCall);
        return;
      case kind.blockingCall:
      case kind.blockingCall | extended:
        this.#server.call(reader, "blocking", what !== kind.blockingCall);
        return;
      case kind.return:
        this.#caller.answered(reader, "return");
        return;
      case kind.fail:
        this.#caller.answered(reader, "fail");
        return;
      case kind.throw:
        this.#caller.thrown(reader);
        return;
      case kind.cancel:
        this.#server.cancel(reader.varint(), reader.text());
        return;
      case kind.cancelled:
        this.#caller.acknowledged(reader.varint());
        return;
      case kind.control:
        this.#server.control(reader);
        return;
      case kind.answer:
        this.#caller.controlAnswered(reader);
        return;
      case kind.log:
        this.#logged(readLogLine(reader));
        return;
      case kind.lost:
        this.#options.lost?.(faultFromText(reader.text(), "TENON_PLUGIN_CRASHED"));
        return;
      case kind.release:
        this.#references.released(reader.varint());
        return;
      case kind.hello:
        this.#hello(reader);
        return;
      default:
        if (!this.#streams.message(what, reader)) throw new Unreadable(`unknown kind of message: ${what}`);
    }
  }

  #logged(line: LogLine): void {
    try {
      this.#options.log?.(line);
    } catch {
      // A log callback that throws must not end the connection, and there is nowhere to report it.
    }
  }

  #hello(reader: Reader): void {
    if (this.#greeted) throw new Unreadable("it is a second hello");
    if (reader.text() !== wireMagic) throw new Unreadable("the first message is not a hello");
    const version = reader.varint();
    this.#greeted = true;
    if (version === wireVersion) return;
    this.#fail(wireVersionDiffers(version, wireVersion));
  }

  /** Ends the connection because of an error. */
  #fail(error: TenonError): void {
    this.#shut(error);
    this.#link.channel.close();
    this.#options.closed?.(error);
  }

  /** Handles the end of the channel. */
  #ended(error: TenonError | undefined): void {
    if (this.#link.closed !== undefined) return;
    this.#shut(error ?? connectionClosed());
    this.#options.closed?.(error);
  }

  #shut(reason: TenonError): number {
    this.#link.closed = reason;
    this.#caller.close(reason);
    this.#server.close(reason);
    this.#streams.close(reason);
    this.#inbox.close();
    this.#link.room.close();
    const owned = this.#references.ownedReferences;
    this.#references.ownedReferences = 0;
    return owned + this.#references.release();
  }
}

const nothing = new Uint8Array(0);
