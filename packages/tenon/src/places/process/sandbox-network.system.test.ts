import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcp } from "node:net";
import { tmpdir } from "node:os";
import { failureOf, needs } from "@tenon/fixtures/tests";
import { contract, createHost, t } from "tenon";
import { afterAll, beforeAll, expect, test } from "vitest";
import { echo, lines, programs, withoutSandbox } from "./fixtures/lines.mjs";

const { program } = programs();
const web = createServer((_, outgoing) => outgoing.end("from the web"));
// It speaks first, so that its first bytes come together with the proxy's reply.
const greets = createTcp((socket) => socket.on("error", () => {}).end("hello from tcp"));
let at = { web: 0, greets: 0 };
beforeAll(async () => {
  await once(web.listen(0, "127.0.0.1"), "listening");
  await once(greets.listen(0, "127.0.0.1"), "listening");
  at = { web: (web.address() as AddressInfo).port, greets: (greets.address() as AddressInfo).port };
});
afterAll(() => {
  web.closeAllConnections();
  web.close();
  greets.close();
});

const reaching = contract("test:reaching@1.0.0", {
  exports: {
    reach: t.func(
      [
        ["how", t.string],
        ["port", t.u32],
      ],
      t.string,
      { async: true },
    ),
  },
});
const plugin = program(
  "reach.mjs",
  `import { once } from "node:events";
   import { connect, createServer } from "node:net";
   import { connect as connectTls } from "node:tls";
   import { get } from "node:http";
   import { createSocket } from "node:dgram";
   import { text } from "node:stream/consumers";
   const ways = {
     fetch: async (port) => (await fetch("http://127.0.0.1:" + port + "/")).text(),
     "fetch by name": async (port) => (await fetch("http://localhost:" + port + "/")).text(),
     http: (port) => new Promise((resolve, reject) =>
       get({ host: "127.0.0.1", port }, (response) => resolve(text(response))).on("error", reject)),
     net: (port) => text(connect(port, "127.0.0.1")),
     elsewhere: (port) => text(connect(port, "192.0.2.1")),
     itself: async () => {
       const server = createServer((socket) => socket.end("from itself")).listen(0, "127.0.0.1");
       await once(server, "listening");
       const said = await text(connect(server.address().port, "127.0.0.1"));
       server.close();
       return said;
     },
     "net without a host": (port) => text(connect({ port })),
     tls: (port) => text(connectTls({ port, host: "127.0.0.1" })),
     udp: (port) => new Promise((resolve, reject) =>
       createSocket("udp4").send("x", port, "127.0.0.2", (error) => (error ? reject(error) : resolve("sent")))),
   };
   export async function reach(how, port) {
     try { return await ways[how](port); } catch (error) {
       return "failed: " + (error.cause?.code ?? error.code ?? error.message) + " " + (error.cause?.message ?? error.message);
     }
   }`,
);

needs(await withoutSandbox()).describe("a sandboxed plugin reaches what is granted, and nothing else", () => {
  const open = async (network: readonly string[]) => {
    const host = createHost();
    const log: string[] = [];
    host.on("log", ({ line }) => log.push(line.text));
    const opened = await host.open(plugin, reaching, { isolation: "sandboxed", place: "process", grants: { network } });
    return { host, opened, log };
  };

  test("of JavaScript, by fetch, http and net", async () => {
    const { host, opened } = await open([`127.0.0.1:${at.web}`, `127.0.0.1:${at.greets}`, `localhost:${at.web}`]);
    expect(opened.isolation).toMatchObject({ level: "sandboxed", network: true });
    expect(opened.isolation.by).toContain("proxy");
    expect(await opened.exports.reach("fetch", at.web)).toBe("from the web");
    expect(await opened.exports.reach("fetch by name", at.web)).toBe("from the web");
    expect(await opened.exports.reach("http", at.web)).toBe("from the web");
    expect(await opened.exports.reach("net", at.greets)).toBe("hello from tcp");
    // The other side does not speak TLS: what it said has arrived.
    expect(await opened.exports.reach("tls", at.greets)).toMatch(/^failed: (?:ERR_SSL|EPROTO)/);
    expect(await opened.exports.reach("udp", 53)).toMatch(/^failed|sent/);
    await host.close();
    expect(readdirSync(tmpdir()).filter((name) => /^tenon-[0-9a-f]{24}$/.test(name))).toEqual([]);
  });

  test("of JavaScript: what is not granted fails with EACCES, and is in the log", async () => {
    const { host, opened, log } = await open([`127.0.0.1:${at.web}`]);
    expect(await opened.exports.reach("elsewhere", at.greets)).toMatch(/^failed: EACCES .*not granted/);
    // An address of the sandbox itself, where nobody listens.
    expect(await opened.exports.reach("net", at.greets)).toMatch(/^failed: ECONNREFUSED/);
    expect(await opened.exports.reach("fetch by name", at.web)).toMatch(/^failed: ECONNREFUSED/);
    expect(await opened.exports.reach("itself", 0)).toBe("from itself");
    await host.close();
    expect(log.join("\n")).toContain(`network: ["127.0.0.1:${at.greets}"]`);
  });

  test("of JavaScript without a grant: nothing", async () => {
    const { host, opened } = await open([]);
    expect(opened.isolation.by).not.toContain("proxy");
    expect(await opened.exports.reach("net", at.greets)).toMatch(/^failed/);
    expect(await opened.exports.reach("fetch", at.web)).toMatch(/^failed/);
    await host.close();
  });

  test("of another kind, through the proxy that its environment names", async () => {
    const tool = program(
      "tool.sh",
      `#!/bin/bash
read -r line
exec 9<>"/dev/tcp/127.0.0.1/3128"
printf 'CONNECT %s HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' "$line" >&9
read -r first <&9
echo "$HTTP_PROXY $first"
cat
`,
    );
    await using host = createHost({ runtimes: [lines()] });
    const options = {
      isolation: "sandboxed",
      grants: { network: [`127.0.0.1:${at.greets}`], programs: ["cat"], environment: { PATH: "/usr/bin:/bin" } },
    } as const;
    const opened = await host.open(tool, echo, { ...options, fresh: true });
    const text = await opened.exports.say(`127.0.0.1:${at.greets}`);
    expect(text).toContain("http://127.0.0.1:3128 HTTP/1.1 200");
    const other = await host.open(tool, echo, { ...options, fresh: true });
    expect(await other.exports.say(`127.0.0.1:${at.web}`)).toContain("HTTP/1.1 403");
    expect(await other.close()).toMatchObject({ proof: "process-exited" });
  });

  test("and its exit is that of the program, not of the forwarder", async () => {
    const leaves = program("leaves.sh", "#!/bin/sh\nread -r line\nexit 7\n");
    await using host = createHost({ runtimes: [lines()] });
    const grants = { network: ["127.0.0.1:9"] };
    const opened = await host.open(leaves, echo, {
      ...{ isolation: "sandboxed", grants },
      supervision: { restart: false },
    });
    expect((await failureOf(opened.exports.say("go"))).message).toContain("exit code 7");
  });
});
