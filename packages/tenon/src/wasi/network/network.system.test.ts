import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Grants } from "../../runtime/index.js";
import * as built from "../fixtures/built-package.mjs";
import { Component } from "../fixtures/sandbox.mjs";
import { type Ports, Servers } from "../fixtures/servers.mjs";
import type { WasiSettings } from "../index.js";

const servers = new Servers();
let ports: Ports;
let component: Component;

beforeAll(async () => {
  ports = await servers.start();
});
afterAll(() => servers.stop());
afterEach(() => component.close());

const local = [127, 0, 0, 1];
const at = (port: number, address = local) => ({ tag: "ipv4", val: { port, address } });
const open = (grants: Grants & WasiSettings) => {
  component = new Component(grants, built);
};
const tcp = (method: string, self: unknown, ...parameters: unknown[]) =>
  component.method("sockets/tcp", "tcp-socket", method, self, ...parameters);
const network = () => component.call("sockets/instance-network", "instance-network");

function connect(port: number): { socket: unknown; input: unknown; output: unknown } {
  const socket = component.call("sockets/tcp-create-socket", "create-tcp-socket", "ipv4");
  tcp("start-connect", socket, network(), at(port));
  component.wait(tcp("subscribe", socket));
  const [input, output] = tcp("finish-connect", socket);
  return { socket, input, output };
}

describe("wasi:sockets/tcp", () => {
  it("connects, sends, receives and shuts down", () => {
    open({ network: [`127.0.0.1:${ports.tcp}`] });
    const { socket, input, output } = connect(ports.tcp);
    component.write(output, "hello");
    const read = component.method("io/streams", "input-stream", "blocking-read", input, 100n);
    expect(Buffer.from(read).toString()).toBe("hello");
    expect(tcp("remote-address", socket)).toEqual(at(ports.tcp));
    expect(tcp("local-address", socket)).toMatchObject({ tag: "ipv4", val: { address: local } });
    tcp("shutdown", socket, "send");
    expect(component.readAll(input)).toBe("");
    expect(component.error(() => component.write(output, "x"))).toEqual({ tag: "closed" });
  });

  it("applies back-pressure until the other side reads", { timeout: 60_000 }, () => {
    open({ network: [`127.0.0.1:${ports.tcp}`] });
    const { socket, input, output } = connect(ports.tcp);
    const block = Buffer.alloc(4096, "block");
    let sent = 0;
    // The echo is not read, so at some point nothing more can be written.
    const ready = () => component.method("io/streams", "output-stream", "check-write", output) as bigint;
    const due = performance.now() + 20_000;
    for (let idle = 0; idle < 20 && performance.now() < due; ) {
      if (ready() >= 4096n) {
        component.method("io/streams", "output-stream", "write", output, block);
        sent += block.length;
        idle = 0;
      } else {
        component.wait(component.call("clocks/monotonic-clock", "subscribe-duration", 10_000_000n));
        idle++;
      }
    }
    expect(sent).toBeGreaterThan(256 * 1024);
    expect(performance.now()).toBeLessThan(due);
    tcp("shutdown", socket, "send");
    expect(component.readAll(input).length).toBe(sent);
  });

  it("reports why it cannot connect", () => {
    open({ network: [`127.0.0.1:${ports.free}`, "[::1]:1"] });
    expect(component.error(() => connect(ports.free))).toBe("connection-refused");
    const error = (act: () => unknown) => component.error(act);
    expect(error(() => connect(ports.tcp))).toBe("access-denied");
    const socket = component.call("sockets/tcp-create-socket", "create-tcp-socket", "ipv4");
    expect(error(() => tcp("start-connect", socket, network(), at(ports.free, [0, 0, 0, 0])))).toBe("invalid-argument");
    const mapped = {
      tag: "ipv6",
      val: { port: ports.tcp, address: [0, 0, 0, 0, 0, 0xffff, 0x7f00, 1], flowInfo: 0, scopeId: 0 },
    };
    expect(error(() => tcp("start-connect", socket, network(), mapped))).toBe("invalid-argument");
    const six = component.call("sockets/tcp-create-socket", "create-tcp-socket", "ipv6");
    expect(error(() => tcp("start-connect", six, network(), mapped))).toBe("invalid-argument");
    expect(error(() => tcp("finish-connect", socket))).toBe("not-in-progress");
    expect(error(() => tcp("accept", socket))).toBe("invalid-state");
  });

  it("listens on granted addresses, and accepts connections", async () => {
    open({ listen: [`127.0.0.1:${ports.free}`] });
    const socket = component.call("sockets/tcp-create-socket", "create-tcp-socket", "ipv4");
    tcp("start-bind", socket, network(), at(ports.free));
    tcp("finish-bind", socket);
    tcp("start-listen", socket);
    component.wait(tcp("subscribe", socket));
    tcp("finish-listen", socket);
    expect(component.error(() => tcp("accept", socket))).toBe("would-block");
    const answer = servers.connect(ports.free, "knock");
    component.wait(tcp("subscribe", socket));
    const [accepted, input, output] = tcp("accept", socket);
    expect(component.readAll(input)).toBe("knock");
    component.write(output, "come in");
    tcp("shutdown", accepted, "send");
    expect(await answer).toBe("come in");
    const other = component.call("sockets/tcp-create-socket", "create-tcp-socket", "ipv4");
    tcp("start-bind", other, network(), at(0));
    tcp("finish-bind", other);
    expect(component.error(() => tcp("start-listen", other))).toBe("access-denied");
  });
});

describe("wasi:sockets/udp", () => {
  const udp = (method: string, self: unknown, ...parameters: unknown[]) =>
    component.method("sockets/udp", "udp-socket", method, self, ...parameters);

  it("sends to granted addresses, and receives from them", () => {
    open({ network: [`127.0.0.1:${ports.udp}`] });
    const socket = component.call("sockets/udp-create-socket", "create-udp-socket", "ipv4");
    const [incoming, outgoing] = udp("stream", socket, undefined);
    const send = (...datagrams: unknown[]) =>
      component.method("sockets/udp", "outgoing-datagram-stream", "send", outgoing, datagrams);
    const allowed = component.method("sockets/udp", "outgoing-datagram-stream", "check-send", outgoing);
    expect(allowed).toBeGreaterThan(1n);
    const data = Buffer.from("datagram");
    expect(component.error(() => send({ data, remoteAddress: at(ports.tcp) }))).toBe("access-denied");
    expect(send({ data, remoteAddress: at(ports.udp) }, { data, remoteAddress: at(ports.udp) })).toBe(2n);
    component.wait(component.method("sockets/udp", "incoming-datagram-stream", "subscribe", incoming));
    const [first] = component.method("sockets/udp", "incoming-datagram-stream", "receive", incoming, 1n);
    expect(Buffer.from(first.data).toString()).toBe("datagram");
    expect(first.remoteAddress).toEqual(at(ports.udp));
    const bound = component.call("sockets/udp-create-socket", "create-udp-socket", "ipv4");
    expect(component.error(() => udp("start-bind", bound, network(), at(ports.free)))).toBe("access-denied");
  });
});

describe("wasi:sockets/ip-name-lookup", () => {
  it("resolves granted names, and allows connections to their addresses", () => {
    open({ network: [`localhost:${ports.tcp}`] });
    expect(component.error(() => connect(ports.tcp))).toBe("access-denied");
    const stream = component.call("sockets/ip-name-lookup", "resolve-addresses", network(), "LocalHost");
    component.wait(component.method("sockets/ip-name-lookup", "resolve-address-stream", "subscribe", stream));
    const addresses: unknown[] = [];
    for (let next: unknown; ; addresses.push(next)) {
      next = component.method("sockets/ip-name-lookup", "resolve-address-stream", "resolve-next-address", stream);
      if (next === undefined) break;
    }
    expect(addresses).toContainEqual({ tag: "ipv4", val: local });
    component.write(connect(ports.tcp).output, "now");
    expect(component.error(() => connect(ports.http))).toBe("access-denied");
    const other = () => component.call("sockets/ip-name-lookup", "resolve-addresses", network(), "example.com");
    expect(component.error(other)).toBe("access-denied");
  });
});

describe("wasi:http", () => {
  const types = (member: string, ...parameters: unknown[]) => component.call("http/types", member, ...parameters);

  function request(authority: string, path: string, { method = "get", body = undefined as string | undefined } = {}) {
    const fields = types("[constructor]fields");
    types("[method]fields.append", fields, "X-Own", Buffer.from("ü", "latin1"));
    const made = types("[constructor]outgoing-request", fields);
    types("[method]outgoing-request.set-method", made, { tag: method });
    types("[method]outgoing-request.set-scheme", made, { tag: "HTTP" });
    types("[method]outgoing-request.set-authority", made, authority);
    types("[method]outgoing-request.set-path-with-query", made, path);
    if (body === undefined) return made;
    const sent = types("[method]outgoing-request.body", made);
    component.write(types("[method]outgoing-body.write", sent), body);
    types("[static]outgoing-body.finish", sent, undefined);
    return made;
  }

  function send(made: unknown, options?: unknown): { tag: string; val: any } {
    const future = component.call("http/outgoing-handler", "handle", made, options);
    component.wait(types("[method]future-incoming-response.subscribe", future));
    const answer = types("[method]future-incoming-response.get", future);
    expect(answer.tag).toBe("ok");
    expect(types("[method]future-incoming-response.get", future)).toEqual({ tag: "err" });
    return answer.val;
  }

  it("sends requests and receives responses, with bodies, fields and trailers", () => {
    open({ network: [`localhost:${ports.http}`] });
    const { tag, val: response } = send(request(`localhost:${ports.http}`, "/a?b=c", { method: "put", body: "body" }));
    expect(tag).toBe("ok");
    expect(types("[method]incoming-response.status", response)).toBe(201);
    const headers = types("[method]incoming-response.headers", response);
    expect(types("[method]fields.get", headers, "X-Answer")).toEqual([Buffer.from("yes")]);
    expect(component.error(() => types("[method]fields.delete", headers, "x-answer"))).toEqual({ tag: "immutable" });
    const body = types("[method]incoming-response.consume", response);
    const text = component.readAll(types("[method]incoming-body.stream", body));
    expect(JSON.parse(text)).toMatchObject({
      method: "PUT",
      url: "/a?b=c",
      body: "body",
      headers: { host: `localhost:${ports.http}`, "x-own": "ü" },
    });
    const trailers = types("[static]incoming-body.finish", body);
    component.wait(types("[method]future-trailers.subscribe", trailers));
    const { val } = types("[method]future-trailers.get", trailers);
    expect(types("[method]fields.get", val.val, "x-end")).toEqual([Buffer.from("done")]);
  });

  it("receives a large response piece by piece", { timeout: 60_000 }, () => {
    open({ network: [`localhost:${ports.http}`] });
    const { val: response } = send(request(`localhost:${ports.http}`, "/flood"));
    const body = types("[method]incoming-response.consume", response);
    const stream = types("[method]incoming-body.stream", body);
    let length = 0;
    const end = component.error(() => {
      for (;;) length += component.method("io/streams", "input-stream", "blocking-read", stream, 1_000_000n).length;
    });
    expect(end).toEqual({ tag: "closed" });
    expect(length).toBe(128 * 65536);
  });

  it("receives the end of a response that is read after its connection has closed", { timeout: 60_000 }, () => {
    open({ network: [`localhost:${ports.http}`] });
    const { val: response } = send(request(`localhost:${ports.http}`, "/window"));
    expect(send(request(`localhost:${ports.http}`, "/closed")).tag).toBe("ok");
    const stream = types("[method]incoming-body.stream", types("[method]incoming-response.consume", response));
    let length = 0;
    const end = component.error(() => {
      for (;;) length += component.method("io/streams", "input-stream", "blocking-read", stream, 1_000_000n).length;
    });
    expect(end).toEqual({ tag: "closed" });
    expect(length).toBe(264 * 1024);
  });

  it("rejects requests to hosts and addresses that are not granted", () => {
    open({ network: [`localhost:${ports.http}`, "*.localhost"] });
    const refused = (authority: string) =>
      component.error(() => component.call("http/outgoing-handler", "handle", request(authority, "/"), undefined));
    for (const authority of [`127.0.0.1:${ports.http}`, "localhost:1", "example.com", `[::1]:${ports.http}`]) {
      expect(refused(authority), authority).toEqual({ tag: "HTTP-request-denied" });
    }
    expect(refused("127.1")).toEqual({ tag: "HTTP-request-URI-invalid" });
    const made = types("[constructor]outgoing-request", types("[constructor]fields"));
    for (const authority of ["user@localhost", "localhost/x", "a b", "localhost:80:80"]) {
      const set = () => types("[method]outgoing-request.set-authority", made, authority);
      expect(fails(set), authority).toBe(true);
    }
    // A name that matches a wildcard and resolves to this machine.
    const answer = send(request(`here.localhost:${ports.http}`, "/"));
    expect(answer.tag).toBe("err");
    expect(["destination-IP-prohibited", "DNS-error", "DNS-timeout"]).toContain(answer.val.tag);
  });

  it("reports why a request failed", () => {
    open({ network: [`localhost:${ports.http}`, `127.0.0.1:${ports.free}`, `127.0.0.1:${ports.tcp}`] });
    expect(send(request(`127.0.0.1:${ports.free}`, "/"))).toEqual({ tag: "err", val: { tag: "connection-refused" } });
    expect(send(request(`127.0.0.1:${ports.tcp}`, "/")).val.tag).toBe("HTTP-protocol-error");
    const options = types("[constructor]request-options");
    types("[method]request-options.set-first-byte-timeout", options, 30_000_000n);
    expect(send(request(`localhost:${ports.http}`, "/stall"), options).val).toEqual({ tag: "HTTP-response-timeout" });
    const { val: response } = send(request(`localhost:${ports.http}`, "/cut"));
    const stream = types("[method]incoming-body.stream", types("[method]incoming-response.consume", response));
    expect(() => component.readAll(stream)).toThrow(/last-operation-failed/);
  });

  it("rejects invalid fields", () => {
    open({ network: [] });
    const fields = types("[constructor]fields");
    const error = (name: string, value: string) =>
      component.error(() => types("[method]fields.append", fields, name, Buffer.from(value)));
    expect(error("Host", "other")).toEqual({ tag: "forbidden" });
    expect(error("transfer-encoding", "chunked")).toEqual({ tag: "forbidden" });
    expect(error("a b", "x")).toEqual({ tag: "invalid-syntax" });
    expect(error("a", "x\r\nhost: y")).toEqual({ tag: "invalid-syntax" });
    expect(error("a", "x")).toBeUndefined();
    const clone = types("[method]fields.clone", fields);
    types("[method]fields.set", clone, "A", [Buffer.from("y")]);
    expect(types("[method]fields.entries", fields)).toEqual([["a", Buffer.from("x")]]);
    expect(types("[method]fields.entries", clone)).toEqual([["a", Buffer.from("y")]]);
  });
});

/** Whether a call throws an error case without a payload. */
function fails(act: () => unknown): boolean {
  let failed = true;
  component.error(() => {
    act();
    failed = false;
  });
  return failed;
}

describe("a frozen clock", () => {
  it("advances while the plugin waits for the network", () => {
    open({ network: [`127.0.0.1:${ports.tcp}`], clock: 1_000_000 });
    const { input } = connect(ports.tcp);
    const now = () => component.call("clocks/monotonic-clock", "now") as bigint;
    const before = now();
    const start = performance.now();
    const nothing = component.method("io/streams", "input-stream", "subscribe", input);
    const clock = component.call("clocks/monotonic-clock", "subscribe-duration", 30_000_000n);
    expect(component.call("io/poll", "poll", [nothing, clock])).toEqual([1]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(29);
    expect(now() - before).toBeGreaterThanOrEqual(30_000_000n);
  });
});

describe("preview 1", () => {
  it("accepts connections on granted addresses, and responds", async () => {
    open({});
    const capabilities = built.createCapabilities({
      grants: { listen: [`127.0.0.1:${ports.free}`] },
      name: "server",
      log: () => {},
    });
    const wasi = built.createPreview1(capabilities);
    const memory = new WebAssembly.Memory({ initial: 1 });
    wasi.bind(memory);
    const view = new DataView(memory.buffer);
    const bytes = new Uint8Array(memory.buffer);
    const call = (name: string, ...flat: unknown[]) => wasi.imports[name]!(...flat);
    const answer = servers.connect(ports.free, "knock");
    expect(call("fd_prestat_get", 3, 0)).toBe(8);
    expect(call("sock_accept", 3, 0, 0)).toBe(0);
    const fd = view.getUint32(0, true);
    view.setUint32(64, 1024, true);
    view.setUint32(68, 100, true);
    let received = "";
    do {
      expect(call("sock_recv", fd, 64, 1, 0, 0, 4)).toBe(0);
      received += Buffer.from(bytes.subarray(1024, 1024 + view.getUint32(0, true))).toString();
    } while (view.getUint32(0, true) > 0);
    expect(received).toBe("knock");
    bytes.set(Buffer.from("come in"), 2048);
    view.setUint32(64, 2048, true);
    view.setUint32(68, 7, true);
    expect(call("fd_write", fd, 64, 1, 0)).toBe(0);
    expect(call("sock_shutdown", fd, 2)).toBe(0);
    expect(await answer).toBe("come in");
    wasi.close();
    capabilities.close();
  });
});
