import { isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NetworkAccess } from "./access.js";
import { addressOfGroups, canonicalAddress, groupsOf, isPublic } from "./addresses.js";
import { canonicalName } from "./names.js";
import { covers, networkPattern } from "./pattern.js";

const access = (...network: string[]) => new NetworkAccess({ network });

it("* grants everything that the host can reach, and *:443 every host on one port", () => {
  const all = access("*");
  expect(all.mayConnect("127.0.0.1", 1)).toBe(true);
  expect(all.mayResolve("localhost")).toBe(true);
  expect(all.admit("localhost", ["127.0.0.1"])).toEqual(["127.0.0.1"]);
  expect(all.mayRequest("169.254.169.254", 80)).toBe("any");
  const web = access("*:443");
  expect([web.mayConnect("10.0.0.1", 443), web.mayConnect("10.0.0.1", 80)]).toEqual([true, false]);
  expect(web.mayRequest("example.com", 80)).toBeUndefined();
});

describe("covers()", () => {
  const pattern = (text: string) => networkPattern(text, (why) => new Error(why));
  it.each([
    ["*", "example.com:443", true],
    ["*:443", "example.com:443", true],
    ["*:443", "example.com", false],
    ["example.com", "example.com:443", true],
    ["example.com:443", "example.com", false],
    ["*.example.com", "a.example.com", true],
    ["*.example.com", "*.a.example.com", true],
    ["*.example.com", "example.com", false],
    ["*.a.example.com", "*.example.com", false],
    ["[::1]:53", "[0:0:0:0:0:0:0:1]:53", true],
    ["example.com", "*", false],
  ])("says whether %s reaches all of %s", (given, asked, expected) => {
    expect(covers(pattern(given), pattern(asked))).toBe(expected);
  });
});

describe("addresses", () => {
  it("have one canonical form each", () => {
    expect(canonicalAddress("1.2.3.4")).toBe("1.2.3.4");
    expect(canonicalAddress("0:0:0:0:0:0:0:1")).toBe("::1");
    expect(canonicalAddress("2001:DB8::0:1")).toBe("2001:db8::1");
    for (const mapped of ["::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:FFFF:127.0.0.1"]) {
      expect(canonicalAddress(mapped)).toBe("127.0.0.1");
    }
    for (const none of ["", "1.2.3", "01.2.3.4", "fe80::1%eth0", "localhost", "::1]", "1::2::3"]) {
      expect(canonicalAddress(none)).toBeUndefined();
    }
  });

  it("are unchanged after splitting into groups and joining", () => {
    const group = fc.oneof(fc.constant(0), fc.nat(65535));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const text = addressOfGroups(groups);
        expect(isIPv6(text)).toBe(true);
        expect(groupsOf(text)).toEqual(groups);
      }),
    );
  });

  it("are either public or special", () => {
    for (const address of ["8.8.8.8", "172.32.0.1", "2606:4700::1111"]) expect(isPublic(address)).toBe(true);
    const special = [
      ...["127.0.0.1", "127.9.9.9", "10.1.1.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"],
      ...["100.64.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fd00::1", "ff02::1"],
      ...["64:ff9b::7f00:1", "2002:7f00:1::", "::7f00:1"],
    ];
    for (const address of special) expect(isPublic(address), address).toBe(false);
  });
});

describe("names", () => {
  it("are compared without case and without a trailing dot", () => {
    expect(canonicalName("Example.COM.")).toBe("example.com");
    expect(canonicalName("bücher.example")).toBe("xn--bcher-kva.example");
  });

  it("are not other forms of addresses, and contain nothing but a name", () => {
    const none = ["", "127.1", "0x7f.1", "2130706433", "1.2.3.4", "a b", "a/b", "user@host", "host:80", "a%00", "::1"];
    for (const text of none) expect(canonicalName(text), text).toBeUndefined();
  });
});

describe("a plugin may connect", () => {
  it("to a granted address and port", () => {
    const granted = access("127.0.0.1:8080", "[::1]:53", "10.0.0.1", "fd00::1");
    expect(granted.mayConnect("127.0.0.1", 8080)).toBe(true);
    expect(granted.mayConnect("127.0.0.1", 8081)).toBe(false);
    expect(granted.mayConnect("127.0.0.2", 8080)).toBe(false);
    expect(granted.mayConnect("::1", 53)).toBe(true);
    expect(granted.mayConnect("10.0.0.1", 1)).toBe(true);
    expect(granted.mayConnect("fd00::1", 9)).toBe(true);
    expect(granted.mayResolve("localhost")).toBe(false);
  });

  it("to the addresses that a granted name resolves to, on its ports", () => {
    const granted = access("example.com:443", "api.example.com");
    expect(granted.mayConnect("93.184.216.34", 443)).toBe(false);
    expect(granted.admit("example.com", ["93.184.216.34"])).toEqual(["93.184.216.34"]);
    expect(granted.mayConnect("93.184.216.34", 443)).toBe(true);
    expect(granted.mayConnect("93.184.216.34", 80)).toBe(false);
    granted.admit("api.example.com", ["93.184.216.34"]);
    expect(granted.mayConnect("93.184.216.34", 80)).toBe(true);
    expect(granted.admit("other.example", ["1.1.1.1"])).toEqual([]);
    expect(granted.mayConnect("1.1.1.1", 443)).toBe(false);
  });

  it("to private addresses only if the exact name is granted, not through a wildcard", () => {
    const granted = access("*.example.com", "intern.example.com");
    expect(granted.mayResolve("example.com")).toBe(false);
    expect(granted.mayResolve("badexample.com")).toBe(false);
    expect(granted.mayResolve("a.b.example.com")).toBe(true);
    const found = ["127.0.0.1", "169.254.169.254", "1.1.1.1", "::1"];
    expect(granted.admit("evil.example.com", found)).toEqual(["1.1.1.1"]);
    expect(granted.mayConnect("127.0.0.1", 80)).toBe(false);
    expect(granted.admit("intern.example.com", ["10.0.0.1"])).toEqual(["10.0.0.1"]);
  });

  it("by HTTP under the granted name only", () => {
    const granted = access("site.example:443", "*.wide.example", "127.0.0.1:80");
    expect(granted.mayRequest("SITE.example", 443)).toBe("any");
    expect(granted.mayRequest("site.example", 80)).toBeUndefined();
    expect(granted.mayRequest("a.wide.example", 1)).toBe("public");
    expect(granted.mayRequest("127.0.0.1", 80)).toBe("any");
    expect(granted.mayRequest("::ffff:127.0.0.1", 80)).toBe("any");
    granted.admit("site.example", ["1.1.1.1"]);
    expect(granted.mayRequest("1.1.1.1", 443)).toBeUndefined();
  });

  it("not to the addresses on which it may listen", () => {
    const granted = new NetworkAccess({ listen: ["127.0.0.1:0", "[::1]:8080"] });
    expect(granted.mayListen("127.0.0.1", 0)).toBe(true);
    expect(granted.mayListen("127.0.0.1", 80)).toBe(false);
    expect(granted.mayListen("0.0.0.0", 0)).toBe(false);
    expect(granted.mayConnect("::1", 8080)).toBe(false);
  });
});
