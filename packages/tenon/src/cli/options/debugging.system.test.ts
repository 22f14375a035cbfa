import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { get, request } from "node:http";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { kitchen, startCli } from "../fixtures/start-cli.mjs";

test.each(["inline", "worker", "process"])(
  "a %s plugin waits for a debugger, and prints where to attach it",
  async (place) => {
    const cli = startCli(["run", kitchen, "repeat", "ab", "2", "--place", place, "--inspect=127.0.0.1:0"]);
    // A debugger that resumes the program before it waits is too early: the program would wait for another one.
    const last = place === "process" ? "Attach a debugger" : "Waiting for a debugger";
    await cli.until(({ stderr }) => /ws:\/\/\S+/.test(stderr) && stderr.includes(last));
    const url = new URL(/ws:\/\/\S+/.exec(cli.stderr)?.[0] ?? "");
    expect(url.hostname).toBe("127.0.0.1");
    expect(await targets(url)).toHaveLength(1);
    expect(cli.stdout).toBe("");
    await resume(url);
    await cli.until(({ stdout }) => stdout.includes("abab"));
    expect((await cli.ended).code).toBe(0);
  },
);

test("Ctrl-C stops waiting for a debugger", async () => {
  const cli = startCli(["run", kitchen, "repeat", "ab", "2", "--inspect=0"]);
  await cli.until(({ stderr }) => stderr.includes("Waiting for a debugger"));
  cli.child.kill("SIGINT");
  const { code, signal } = await cli.ended;
  expect(code === 130 || signal === "SIGINT").toBe(true);
});

test("an address in use is a usage error", async () => {
  const first = startCli(["run", kitchen, "hangs", "--inspect=0", "--watch"]);
  await first.until(({ stderr }) => /ws:\/\/\S+/.test(stderr));
  const { port } = new URL(/ws:\/\/\S+/.exec(first.stderr)?.[0] ?? "");
  const { code, stderr } = await startCli(["run", kitchen, "nothing", `--inspect=${port}`]).ended;
  expect(code).toBe(2);
  expect(stderr).toContain(`cannot listen on 127.0.0.1:${port}`);
});

function targets({ host }: URL): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    get(`http://${host}/json/list`, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve(JSON.parse(text)));
    }).on("error", reject);
  });
}

/** Sends what a debugger sends to resume the program: one message over a WebSocket. */
async function resume(url: URL): Promise<void> {
  const headers = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
  };
  const asked = request({ host: url.hostname, port: url.port, path: url.pathname, headers });
  asked.end();
  const [, socket] = (await once(asked, "upgrade")) as [unknown, Socket];
  const text = Buffer.from(JSON.stringify({ id: 1, method: "Runtime.runIfWaitingForDebugger" }));
  // A text frame, masked with zeros (RFC 6455, section 5.2).
  socket.write(Buffer.concat([Buffer.of(0x81, 0x80 | text.length, 0, 0, 0, 0), text]));
  await once(socket, "data");
  socket.destroy();
}
