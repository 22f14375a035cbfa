import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../fixtures/in-process.mjs";
import { kitchen, scratchFolder, startCli } from "../fixtures/start-cli.mjs";

const server = `
async function* echo({ method, pathWithQuery, body }) {
  yield Buffer.from(method + " " + pathWithQuery + "\\n");
  if (body !== undefined) yield* body;
}

export const incomingHandler = {
  async handle(request) {
    if (request.pathWithQuery === "/secret") throw new Error("of the inside");
    const headers = [["x-served", "é"], ["transfer-encoding", "gzip"]];
    return { status: 202, headers, body: echo(request), trailers: Promise.resolve([]) };
  },
};
`;

function serverFile(): string {
  const path = join(scratchFolder(), "server.js");
  writeFileSync(path, server);
  return path;
}

test("serves until it is interrupted, on a free port of the local address", { timeout: 60_000 }, async () => {
  const cli = startCli(["serve", serverFile(), "--port", "0", "--json"]);
  await cli.until(({ stdout }) => stdout.includes("\n"));
  const { url, plugin } = JSON.parse(cli.stdout);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(plugin).toMatchObject({ name: "server", place: "worker" });
  const answer = await fetch(new URL("a?b", url), { method: "PUT", body: "sent" });
  expect(answer.status).toBe(202);
  expect(answer.headers.get("x-served")).toBe("é");
  expect(await answer.text()).toBe("PUT /a?b\nsent");
  const failed = await fetch(new URL("secret", url));
  expect([failed.status, await failed.text()]).toEqual([500, ""]);
  cli.child.kill("SIGINT");
  const { code, stderr } = await cli.ended;
  expect(code).toBe(130);
  expect(stderr).toContain("failed: GET /secret: ");
  await expect(fetch(url)).rejects.toThrow();
});

test("rejects plugins that do not serve HTTP, and addresses that are not available", { timeout: 60_000 }, async () => {
  const none = await runCli(["serve", kitchen, "--port", "0"]);
  expect(none).toMatchObject({ code: 1, stdout: "" });
  expect(none.stderr).toContain("does not serve HTTP");
  expect(await runCli(["serve", kitchen, "--port", "65536"])).toMatchObject({ code: 2 });
  const elsewhere = await runCli(["serve", serverFile(), "--place", "inline", "--host", "192.0.2.1", "--port", "0"]);
  expect(elsewhere.code).toBe(2);
  expect(elsewhere.stderr).toContain("cannot listen on 192.0.2.1:0");
});
