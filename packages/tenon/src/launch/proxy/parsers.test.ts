import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readGreeting, readRequest } from "./socks.js";
import { parseAbsoluteForm, parseAuthority, textOf } from "./target.js";

describe("an authority", () => {
  it.each([
    ["example.com:443", "example.com:443"],
    ["EXAMPLE.com.:443", "example.com:443"],
    ["bücher.example:80", "xn--bcher-kva.example:80"],
    ["127.0.0.1:80", "127.0.0.1:80"],
    ["[::1]:80", "[::1]:80"],
    ["[0:0:0:0:0:0:0:1]:80", "[::1]:80"],
    ["[::ffff:127.0.0.1]:80", "127.0.0.1:80"],
    ["[::FFFF:7f00:1]:80", "127.0.0.1:80"],
  ])("%s is %s", (text, expected) => {
    expect(textOf(parseAuthority(text)!)).toBe(expected);
  });

  it.each([
    ...["", ":80", "example.com", "example.com:", "example.com:0", "example.com:65536", "example.com:+80", "a:80:80"],
    ...["user@example.com:80", "user:word@example.com:80", "example.com:80/x", "example.com:80?x", "example.com:80#x"],
    ...["::1:80", "[::1", "[::1]80", "[127.0.0.1]:80", "[fe80::1%eth0]:80", "fe80::1%eth0", "[v1.x]:80", "[[::1]]:80"],
    ...["127.1:80", "0x7f.0.0.1:80", "2130706433:80", "0177.0.0.1:80", "127.0.0.1.:80", "a b:80", "a\tb:80", "a\0:80"],
    ...["exa%6dple.com:80", "a\\b:80", "[::1]:80 ", " [::1]:80", `${"a".repeat(254)}:80`, "１２７.0.0.1:80"],
  ])("%j is none", (text) => {
    expect(parseAuthority(text)).toBeUndefined();
  });

  it("that is written from a target is read as the same target", () => {
    const port = fc.integer({ min: 1, max: 65535 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.domain(),
          fc.ipV4(),
          fc.ipV6().map((address) => `[${address}]`),
        ),
        port,
        (host, number) => {
          const target = parseAuthority(`${host}:${number}`);
          if (target !== undefined) expect(parseAuthority(textOf(target))).toEqual(target);
        },
      ),
    );
  });

  it("never names what a URL of the same text does not name", () => {
    const piece = fc.constantFrom("a", "1", ".", ":", "@", "[", "]", "%", "/", "?", "#", "\\", "80", "::", "x.y", " ");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join("");
        const target = parseAuthority(text);
        if (target === undefined) return;
        const url = new URL(`http://${text}/`);
        expect(url.username).toBe("");
        expect(Number(url.port === "" ? 80 : url.port)).toBe(target.port);
        expect(url.hostname.replace(/^\[|\]$|\.$/g, "")).toBe(target.host);
      }),
    );
  });
});

describe("a target in absolute form", () => {
  it.each([
    ["http://example.com", "example.com", 80, "/"],
    ["HTTP://example.com:8080/a?b=http://c/", "example.com", 8080, "/a?b=http://c/"],
    ["http://example.com?x", "example.com", 80, "/?x"],
    ["http://[::1]/x", "::1", 80, "/x"],
  ])("%s", (text, host, port, path) => {
    expect(parseAbsoluteForm(text)).toMatchObject({ host, port, path });
  });

  it.each([
    ...["/", "*", "example.com:80", "https://example.com/", "ftp://example.com/", "http:///", "http:/example.com/"],
    ...["http://user@example.com/", "http://user:word@example.com/", "http://example.com@evil.example/"],
    ...["http://example.com\\@evil.example/", "http://example.com/#x", "http://127.1/", "http://exa%6dple.com/"],
  ])("%j is none", (text) => {
    expect(parseAbsoluteForm(text)).toBeUndefined();
  });
});

describe("SOCKS messages", () => {
  const name = (text: string) => [5, 1, 0, 3, text.length, ...Buffer.from(text), 1, 187];

  it("are read with the rest left alone", () => {
    expect(readGreeting(Uint8Array.of(5, 2, 2, 0, 9))).toEqual({ message: { open: true }, length: 4 });
    expect(readGreeting(Uint8Array.of(5, 1, 2))).toEqual({ message: { open: false }, length: 3 });
    const message = (host: string, port: number) => ({ command: 1, host, port });
    expect(readRequest(Uint8Array.from([...name("a.b"), 1, 2]))).toEqual({ message: message("a.b", 443), length: 10 });
    expect(readRequest(Uint8Array.of(5, 1, 0, 1, 127, 0, 0, 1, 0, 80))?.valueOf()).toMatchObject({
      message: message("127.0.0.1", 80),
    });
    const mapped = [5, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1, 0, 80];
    expect(readRequest(Uint8Array.from(mapped))).toMatchObject({ message: message("::ffff:7f00:1", 80) });
  });

  it("of other versions, or without a name, are malformed", () => {
    expect(readGreeting(Uint8Array.of(4, 1))).toBe("malformed");
    expect(readRequest(Uint8Array.of(5, 1, 0, 3, 0, 0, 80))).toBe("malformed");
    expect(readRequest(Uint8Array.of(4, 1, 0, 1))).toBe("malformed");
    expect(readRequest(Uint8Array.of(5, 1, 7, 1))).toBe("malformed");
    expect(readRequest(Uint8Array.of(5, 1, 0, 9))).toMatchObject({ message: { host: undefined } });
  });

  it("are read the same in any pieces, and never beyond their length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(readGreeting, readRequest), (random, read) => {
        for (const bytes of [random, Uint8Array.from([5, ...random]), Uint8Array.from([5, 1, 0, 3, ...random])]) {
          const whole = read(bytes);
          for (let cut = 0; cut < bytes.length; cut++) {
            const part = read(bytes.subarray(0, cut));
            if (part === undefined) continue;
            // Once it is decided, more bytes change nothing.
            expect(part).toEqual(whole);
          }
          if (typeof whole === "object") expect(whole.length).toBeLessThanOrEqual(bytes.length);
        }
      }),
    );
  });
});
