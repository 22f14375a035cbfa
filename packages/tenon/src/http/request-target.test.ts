import { describe, expect, test } from "vitest";
import { readTarget, type TargetSource } from "./request-target.js";

const read = (target: string, given: Partial<TargetSource> = {}) =>
  readTarget({ method: "GET", target, hosts: ["a.example"], scheme: "http", hostRequired: true, ...given });

describe("readTarget()", () => {
  test.each([
    ["/x?y=/z?", "a.example", "/x?y=/z?"],
    ["//evil.example/x", "a.example", "//evil.example/x"],
    ["http://b.example/ok", "b.example", "/ok"],
    ["HTTP://B.example:8080/ok?q", "B.example:8080", "/ok?q"],
    ["http://b.example", "b.example", "/"],
    ["http://b.example?q", "b.example", "/?q"],
    ["http://[::1]:80/", "[::1]:80", "/"],
  ])("takes authority and path from %s", (target, authority, pathWithQuery) => {
    expect(read(target)).toEqual({ authority, pathWithQuery });
  });

  test("an asterisk is about the whole server, in both forms", () => {
    expect(read("*", { method: "OPTIONS" })).toEqual({ authority: "a.example", pathWithQuery: "*" });
    expect(read("http://b.example", { method: "OPTIONS" })).toEqual({ authority: "b.example", pathWithQuery: "*" });
    expect(read("*")).toEqual({ refused: 400 });
  });

  test.each(["", "x", "b.example:80", "http:/x", "http:///x", "http://u@b.example/", "ftp://b.example/", "/x#y"])(
    "refuses the target %j",
    (target) => {
      expect(read(target)).toEqual({ refused: 400 });
    },
  );

  test("refuses a scheme that is not that of the connection", () => {
    expect(read("https://b.example/")).toEqual({ refused: 421 });
    expect(read("https://b.example/", { scheme: "https" })).toMatchObject({ authority: "b.example" });
  });

  test.each(["a", "a:80", "a:", "A-b_c.example", "127.0.0.1:8080", "[::1]", "[v1.x:y]", "%61.example"])(
    "accepts the host %s",
    (host) => {
      expect(read("/", { hosts: [host] })).toMatchObject({ authority: host });
    },
  );

  test.each([
    "",
    " ",
    "a b@c/",
    "u@a",
    "a/b",
    "a,b ",
    "a:b",
    "a:65536",
    "::1",
    "[::1",
    "[1.2.3]",
    "[fe80::1%eth0]",
    "é",
  ])("refuses the host %j, whatever the target is", (host) => {
    expect(read("/", { hosts: [host] })).toEqual({ refused: 400 });
    expect(read("http://b.example/", { hosts: [host] })).toEqual({ refused: 400 });
  });

  test("refuses two hosts, and none where one is required", () => {
    expect(read("/", { hosts: ["a", "a"] })).toEqual({ refused: 400 });
    expect(read("http://b.example/", { hosts: ["a", "b"] })).toEqual({ refused: 400 });
    expect(read("/", { hosts: [] })).toEqual({ refused: 400 });
    expect(read("/", { hosts: [], hostRequired: false })).toEqual({ authority: undefined, pathWithQuery: "/" });
  });
});
