import { MessageChannel } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createSharedMemory, SharedChannel } from "./shared-channel.js";

const opened: SharedChannel[] = [];

afterEach(() => {
  for (const channel of opened.splice(0)) channel.close();
});

/** Both ends in this one thread: whatever needs a second one is tested through the place. */
function pair() {
  const { port1, port2 } = new MessageChannel();
  const memory = createSharedMemory();
  const host = new SharedChannel({ port: port1, memory, side: "host" });
  const plugin = new SharedChannel({ port: port2, memory, side: "plugin" });
  opened.push(host, plugin);
  return { host, plugin, pluginPort: port2 };
}

function collect(channel: SharedChannel) {
  const frames: number[] = [];
  const closed = vi.fn();
  channel.open({ frame: (bytes) => frames.push(bytes[0]!), closed });
  return { frames, closed };
}

describe("a shared channel", () => {
  it("keeps the order of frames that use the port and frames that use the memory", async () => {
    const { host, plugin } = pair();
    const { frames } = collect(host);
    collect(plugin);
    plugin.send(Uint8Array.of(1));
    host.announce();
    plugin.send(Uint8Array.of(2));
    plugin.send(Uint8Array.of(3));
    plugin.send(new Uint8Array(100_000).fill(4));
    plugin.send(Uint8Array.of(5));
    while (host.wait(0));
    plugin.send(Uint8Array.of(6));
    await vi.waitFor(() => expect(frames).toEqual([1, 2, 3, 4, 5, 6]));
  });

  it("posts one number for short frames that are not taken yet, and longer frames themselves", async () => {
    const { host, plugin, pluginPort } = pair();
    const { frames } = collect(host);
    collect(plugin);
    const post = vi.spyOn(pluginPort, "postMessage");
    for (let index = 0; index < 10; index++) plugin.send(Uint8Array.of(index));
    plugin.send(new Uint8Array(5000).fill(10));
    plugin.send(Uint8Array.of(11));
    expect(post.mock.calls.map(([message]) => typeof message)).toEqual(["number", "object"]);
    await vi.waitFor(() => expect(frames).toEqual(Array.from({ length: 12 }, (_, index) => index)));
    plugin.send(Uint8Array.of(12));
    expect(post).toHaveBeenCalledTimes(3);
    await vi.waitFor(() => expect(frames.at(-1)).toBe(12));
  });

  it("moves the memory of blobs, and allocates none for a short frame beside them", async () => {
    const { host, plugin, pluginPort } = pair();
    const received: (readonly [Uint8Array, readonly Uint8Array[]])[] = [];
    host.open({ frame: (bytes, blobs = []) => received.push([new Uint8Array(bytes), blobs]), closed: vi.fn() });
    collect(plugin);
    const post = vi.spyOn(pluginPort, "postMessage");
    const head = Uint8Array.from({ length: 256 }, (_, index) => index);
    const blobs = [new Uint8Array(100_000).fill(1), new Uint8Array(70_000).fill(2)];
    plugin.send(head, blobs);
    expect(blobs.map(({ byteLength }) => byteLength)).toEqual([0, 0]);
    // A frame in memory of its own would be in the list, too.
    expect(post.mock.lastCall![1]).toHaveLength(2);
    plugin.send(new Uint8Array(5000).fill(3), [new Uint8Array(100_000).fill(4)]);
    // The memory of an instance of WebAssembly cannot move.
    const { buffer } = new WebAssembly.Memory({ initial: 2, maximum: 2 });
    plugin.send(Uint8Array.of(5), [new Uint8Array(buffer).fill(6)]);
    await vi.waitFor(() => expect(received).toHaveLength(3));
    expect(received.map(([frame, given]) => [frame.byteLength, ...given.map(({ byteLength }) => byteLength)])).toEqual([
      [256, 100_000, 70_000],
      [5000, 100_000],
      [1, 131_072],
    ]);
    expect(received[0]![0]).toEqual(head);
    expect(received.flatMap(([, given]) => given.map((blob) => blob.at(-1)))).toEqual([1, 2, 4, 6]);
    expect(plugin.outstanding).toBe(0);
    expect(buffer.byteLength).toBe(131_072);
  });

  it("delivers at once what the other thread had sent before it ended", () => {
    const { host, plugin } = pair();
    const { frames, closed } = collect(host);
    collect(plugin);
    plugin.send(Uint8Array.of(1));
    plugin.send(new Uint8Array(100_000).fill(2));
    plugin.send(Uint8Array.of(3));
    plugin.close();
    host.takeRest();
    expect(frames).toEqual([1, 2, 3]);
    expect(closed).toHaveBeenCalledOnce();
  });

  it("delivers to a thread that announced a wait but did not start it", async () => {
    const { host, plugin } = pair();
    const { frames } = collect(host);
    collect(plugin);
    host.announce();
    plugin.send(Uint8Array.of(1));
    expect(host.wait(0)).toBe(true);
    expect(host.wait(1)).toBe(false);
    plugin.send(Uint8Array.of(2));
    await vi.waitFor(() => expect(frames).toEqual([1, 2]));
  });

  it("reports whether the other side waits", () => {
    const { host, plugin } = pair();
    expect(plugin.awaited()).toBe(false);
    host.announce();
    expect(plugin.awaited()).toBe(true);
    expect(host.wait(0)).toBe(false);
    expect(plugin.awaited()).toBe(false);
  });

  it("uses the port if the memory is full, and loses nothing", async () => {
    const { host, plugin } = pair();
    const { frames } = collect(host);
    collect(plugin);
    host.announce();
    for (let index = 0; index < 100; index++) plugin.send(new Uint8Array(1000).fill(index));
    while (host.wait(0));
    await vi.waitFor(() => expect(frames).toEqual(Array.from({ length: 100 }, (_, index) => index)));
  });

  it("ends on both sides, once, and sends nothing afterwards", async () => {
    const { host, plugin } = pair();
    const sides = [collect(host), collect(plugin)];
    plugin.send(Uint8Array.of(1));
    plugin.close();
    plugin.close();
    plugin.send(Uint8Array.of(2));
    await vi.waitFor(() => expect(sides[0]!.closed).toHaveBeenCalledOnce());
    expect(sides[1]!.closed).toHaveBeenCalledExactlyOnceWith(undefined);
    expect(sides[0]!.frames).toEqual([1]);
    expect(host.wait(Number.POSITIVE_INFINITY)).toBe(false);
  });

  it("ends a wait when the other side has ended", () => {
    const { host, plugin } = pair();
    collect(host);
    collect(plugin);
    plugin.close();
    expect(host.wait(Number.POSITIVE_INFINITY)).toBe(false);
  });
});
