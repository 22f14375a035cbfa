import { spawn } from "node:child_process";

/** Runs a tool until it exits. @throws an Error with its output if it fails. */
export async function runTool(
  command: string,
  parameters: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<void> {
  const printed: string[] = [];
  const tool = spawn(command, parameters, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [tool.stdout, tool.stderr]) stream.setEncoding("utf8").on("data", (text) => printed.push(text));
  const status = await new Promise<number | string>((resolve, reject) => {
    tool.once("error", reject);
    tool.once("close", (code, signal) => resolve(code ?? String(signal)));
  });
  if (status !== 0) throw new Error(`${command} ${parameters.join(" ")}: exited with ${status}\n${printed.join("")}`);
}
