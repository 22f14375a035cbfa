import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needs } from "@tenon/fixtures/tests";
import { contract, createHost, type Host, isTenonError, t } from "tenon";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { makeTgz } from "./archive/testing/make-tar.mjs";
import { makeZip } from "./archive/testing/make-zip.mjs";
import { makeCertificate, missingCertificates, serve } from "./testing/tls-server.mjs";

const { test } = needs(missingCertificates());
const greeter = contract("demo:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });
const code = (text: string) => `export const greet = (name) => "${text} " + name;`;
const sri = (bytes: Uint8Array | string) => `sha256-${createHash("sha256").update(bytes).digest("base64")}`;
const tgz = makeTgz([
  { name: "package/package.json", content: '{"name":"greeter","version":"1.2.3","main":"index.js","type":"module"}' },
  {
    name: "package/index.js",
    content: 'import { word } from "./lib/word.js"; export const greet = (name) => word + name;',
  },
  { name: "package/lib/word.js", content: 'export const word = "Hello ";' },
]);

let folder = "";
let host: Host;
let certificate: ReturnType<typeof makeCertificate>;
beforeAll(() => {
  if (missingCertificates() !== undefined) return;
  certificate = makeCertificate(mkdtempSync(join(tmpdir(), "tenon-tls-")));
});
afterAll(() => certificate?.forget());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenon-download-"));
  host = createHost({ cacheFolder: folder });
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

async function failure(work: () => Promise<unknown>) {
  try {
    await work();
  } catch (error) {
    if (isTenonError(error)) return error;
    throw error;
  }
  throw new Error("it did not fail");
}
const kept = () => {
  try {
    return readdirSync(join(folder, "sources"));
  } catch {
    return [];
  }
};

test("an archive is opened by its URL and digest, and downloaded once", async () => {
  await using server = await serve(certificate, (_, response) => response.end(tgz));
  const url = `${server.url}/greeter-1.2.3.tgz#${sri(tgz)}`;
  const plugin = await host.open(url, greeter);
  expect(await plugin.exports.greet("Ada")).toBe("Hello Ada");
  expect([plugin.name, plugin.version]).toEqual(["greeter", "1.2.3"]);
  await using other = createHost({ cacheFolder: folder });
  expect((await other.check(new URL(url), greeter)).verdict).not.toBe("breaks");
  expect(await (await other.open(url, greeter, { place: "worker" })).exports.greet("Bob")).toBe("Hello Bob");
  expect(server.asked).toEqual(["/greeter-1.2.3.tgz"]);
});

test("zip files and single files are opened, and integrity is a digest of the download as well", async () => {
  const zip = makeZip([{ name: "index.js", content: code("Zip") }]);
  const files: Record<string, string | Buffer> = { "/a.zip": zip, "/hi.js?token=1": code("File"), "/latest": zip };
  await using server = await serve(certificate, ({ url = "" }, response) => response.end(files[url]));
  for (const [path, content] of Object.entries(files)) {
    const plugin = await host.open(server.url + path, greeter, { integrity: sri(content) });
    expect(await plugin.exports.greet("Ada")).toMatch(/^(?:Zip|File) Ada$/);
  }
  expect((await host.check(`${server.url}/hi.js?token=1#${sri(code("File"))}`)).name).toBe("hi");
});

test("without a digest nothing is downloaded, and the fix prints the URL with it", async () => {
  await using server = await serve(certificate, (_, response) => response.end(tgz));
  const error = await failure(() => host.open(`${server.url}/x.tgz`, greeter));
  expect(error.code).toBe("TENON_INTEGRITY_MISSING");
  expect(error.fix.command).toMatch(/^echo https:\/\/127\.0\.0\.1:\d+\/x\.tgz"#sha256-\$\(curl -fsSL https:/);
  expect(server.asked).toEqual([]);
});

test("a download with another digest is refused, and nothing of it is kept", async () => {
  await using server = await serve(certificate, (_, response) => response.end(tgz));
  const expected = sri("something else");
  const error = await failure(() => host.open(`${server.url}/x.tgz#${expected}`, greeter));
  expect(error.code).toBe("TENON_INTEGRITY_MISMATCH");
  expect(error.message).toContain(`expected ${expected}, found ${sri(tgz)}`);
  expect(kept()).toEqual([]);
});

test("redirects are followed to https only, and not forever", async () => {
  await using server = await serve(certificate, ({ url = "" }, response) => {
    const hop = /^\/hop\/(\d+)/.exec(url)?.[1];
    const target = {
      "/http": "http://127.0.0.1/x.tgz",
      "/file": "file:///etc/passwd",
      "/in": "https://a:b@127.0.0.1/",
    }[url];
    if (target !== undefined) response.writeHead(302, { location: target }).end();
    else if (hop === undefined) response.end(tgz);
    else response.writeHead(302, { location: hop === "1" ? "/x.tgz" : `/hop/${Number(hop) - 1}` }).end();
  });
  const open = (path: string) => host.open(`${server.url}${path}#${sri(tgz)}`, greeter, { fresh: true });
  expect(await (await open("/hop/5")).exports.greet("Ada")).toBe("Hello Ada");
  expect((await failure(() => open("/hop/6"))).message).toMatch(/redirected more than 5 times/);
  for (const path of ["/http", "/file", "/in"]) {
    const error = await failure(() => open(path));
    expect([error.code, error.message]).toEqual(["TENON_DOWNLOAD_FAILED", expect.stringContaining("redirected to")]);
    expect(error.message).not.toContain("a:b");
  }
});

test.each([
  ["an error", (response: any) => response.writeHead(404).end("no"), /answered 404 Not Found, expected 200/],
  ["part of a file", (response: any) => response.writeHead(206).end("no"), /answered 206/],
  [
    "too many bytes, announced",
    (response: any) => response.writeHead(200, { "content-length": 2 ** 31 }).flushHeaders(),
    /more than 134217728 bytes/,
  ],
  [
    "a connection that is lost",
    (response: any) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("half");
      response.socket.end();
    },
    /connection was lost/,
  ],
])("a server that sends %s makes a coded error", async (_, answer, message) => {
  await using server = await serve(certificate, (_request, response) => answer(response));
  const error = await failure(() => host.open(`${server.url}/x.tgz#${sri(tgz)}`, greeter));
  expect(error.code).toBe("TENON_DOWNLOAD_FAILED");
  expect(error.message).toMatch(message);
  expect(kept()).toEqual([]);
});

test("a download ends when opening is cancelled", async () => {
  const controller = new AbortController();
  await using server = await serve(certificate, (_, response) => {
    response.write("never more");
    controller.abort();
  });
  const { signal } = controller;
  const error = await failure(() => host.open(`${server.url}/x.tgz#${sri(tgz)}`, greeter, { signal }));
  expect(error.code).toBe("TENON_CALL_ABORTED");
});

test("URLs that are not for a download are refused", async () => {
  const messages = await Promise.all(
    [
      "http://127.0.0.1/x.tgz",
      "https://ada:secret@127.0.0.1/x.tgz",
      "https://[",
      "https://127.0.0.1/x.tgz#sha256-short",
    ].map(async (url) => (await failure(() => host.open(url, greeter))).message),
  );
  expect(messages).toEqual([
    expect.stringContaining("http: is not encrypted"),
    "https://127.0.0.1/x.tgz: a user name or password in a URL is not supported",
    "https://[ is not a valid URL",
    expect.stringContaining("expected a digest after #"),
  ]);
  const reached = await failure(() => host.open(`https://127.0.0.1:1/x.tgz#${sri(tgz)}`, greeter));
  expect([reached.code, reached.message]).toEqual([
    "TENON_DOWNLOAD_FAILED",
    expect.stringContaining("cannot be reached"),
  ]);
});

test("a server whose certificate is not trusted is refused", async () => {
  await using server = await serve(certificate, (_, response) => response.end(tgz));
  const url = server.url.replace("127.0.0.1", "127.0.0.2");
  const error = await failure(() => host.open(`${url}/x.tgz#${sri(tgz)}`, greeter));
  expect(error.code).toBe("TENON_DOWNLOAD_FAILED");
});
