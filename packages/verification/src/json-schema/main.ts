#!/usr/bin/env node
/**
 * `tsx packages/verification/src/json-schema/main.ts [--count N]`: JSON Schemas as contracts, beside ajv. Converts the tools of
 * three servers of MCP, then tries random values and instances of their schemas, and of random schemas. Every value that is
 * made must be valid for ajv, everything that ajv refuses must be refused, and what is accepted must come back equal.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { randomFrom, randomSchema } from "../../../conformance/src/random-schema.js";
import {
  contractFromJsonSchema,
  contractFromWit,
  contractsEqual,
  contractToWit,
} from "../../../tenon/src/contract/index.js";
import { packageFolder } from "../../../wasm-fixtures/src/packages.js";
import { listTools, type Tool } from "./list-tools.js";
import { Counts, tryCodec, tryNamedSchema } from "./round-trips.js";

const { values } = parseArgs({ options: { count: { type: "string", default: "100000" } } });
const count = Number(values.count);

const servers = {
  everything: ["@modelcontextprotocol/server-everything/dist/index.js", "stdio"],
  filesystem: ["@modelcontextprotocol/server-filesystem/dist/index.js", tmpdir()],
  memory: ["@modelcontextprotocol/server-memory/dist/index.js"],
} as const;

console.log("| schemas | converted | json, checked | values made, refused | instances valid, invalid | accepted |");
console.log("| --- | --- | --- | --- | --- | --- |");

let folder: string | undefined;
try {
  folder = await packageFolder("mcp-servers");
} catch (error) {
  console.log(`skip servers of MCP: they cannot be installed: ${String((error as Error).message).split("\n")[0]}`);
}
if (folder !== undefined)
  for (const [name, [entry, ...options]] of Object.entries(servers)) await server(name, entry, options);
random();
console.log("json-schema: every value was valid, and everything accepted came back equal");

async function server(name: string, entry: string, options: readonly string[]): Promise<void> {
  const { tools } = await listTools(join(folder as string, "node_modules", entry), options);
  const { contract, functions, findings } = contractFromJsonSchema({ tools }, { id: `mcp:${name}` });
  if (!contractsEqual(contract, contractFromWit(contractToWit(contract)))) throw new Error(`${name}: WIT changes it`);
  const counts = new Counts();
  const schemas = tools.flatMap((tool: Tool) => {
    const { input, output } = functions.get(tool.name)!;
    const both = [[input, tool.inputSchema] as const];
    if (tool.outputSchema !== undefined) both.push([output, tool.outputSchema]);
    return both;
  });
  const each = Math.ceil(count / 3 / schemas.length);
  for (const [index, [codec, schema]] of schemas.entries())
    tryCodec(codec, schema, each, randomFrom(index + 1), counts);
  const isJson = findings.filter(({ severity }) => severity === "warning").length;
  row(`${name}: ${tools.length} tools`, `${schemas.length}`, `${isJson}, ${findings.length - isJson}`, counts);
  for (const { severity, message } of findings) console.log(`  ${severity}: ${message}`);
}

function random(): void {
  const counts = new Counts();
  for (let seed = 1; counts.values < count; seed++) {
    const next = randomFrom(seed * 40_503);
    tryNamedSchema(randomSchema(next), 50, next, counts);
  }
  row("random", `${counts.schemas - counts.refusedSchemas} of ${counts.schemas}`, "", counts);
  for (const [what, times] of [...counts.refusals].sort(([, one], [, other]) => other - one).slice(0, 8))
    console.log(`  valid, and refused ${times} times: ${what}`);
}

function row(what: string, converted: string, findings: string, counts: Counts): void {
  const { values: made, refusedValues, instances, valid, accepted } = counts;
  const number = (value: number) => value.toLocaleString("en");
  console.log(
    `| ${what} | ${converted} | ${findings} | ${number(made - refusedValues)}, ${number(refusedValues)} | ${number(valid)}, ${number(instances - valid)} | ${number(accepted)} |`,
  );
}
