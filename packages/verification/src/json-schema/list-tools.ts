import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Starts a server of MCP, asks it for its tools over its stdin and stdout, and ends it. */
export async function listTools(entry: string, options: readonly string[]): Promise<{ tools: readonly Tool[] }> {
  const server = spawn(process.execPath, [entry, ...options], { stdio: ["pipe", "pipe", "ignore"] });
  const exited = new Promise<never>((_, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`${entry} exited with ${code}`)));
  });
  exited.catch(() => {});
  const answers = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const send = (message: object) => server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const answer = async (id: number): Promise<any> => {
    for (;;) {
      const { value, done } = await Promise.race([answers.next(), exited]);
      if (done) throw new Error(`${entry} closed its output`);
      const message = JSON.parse(value);
      if (message.id === id && message.method === undefined) return message.result;
    }
  };
  try {
    const clientInfo = { name: "tenon-verification", version: "1.0.0" };
    send({ id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo } });
    await answer(1);
    send({ method: "notifications/initialized" });
    const tools: Tool[] = [];
    let cursor: string | undefined;
    for (let id = 2; id < 50; id++) {
      send({ id, method: "tools/list", params: cursor === undefined ? {} : { cursor } });
      const page = await answer(id);
      tools.push(...page.tools);
      cursor = page.nextCursor;
      if (cursor === undefined) break;
    }
    return { tools };
  } finally {
    server.kill();
  }
}

export interface Tool {
  readonly name: string;
  readonly inputSchema: object;
  readonly outputSchema?: object;
}
