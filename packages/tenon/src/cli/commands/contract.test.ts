import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contractFromJson, contractFromWit, contractsEqual } from "../../contract/index.js";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { contractsFolder, scratchFolder } from "../fixtures/start-cli.mjs";

const contract = (name: string) => join(contractsFolder, name);
const greeter = contract("greeter.wit");
const wit = contractFromWit(readFileSync(greeter, "utf8"));

test("convert writes each form to stdout, and nothing else", async () => {
  const to = async (format: string) => {
    const { code, stdout, stderr } = await runCli(["contract", "convert", greeter, "--to", format]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };
  expect(contractsEqual(contractFromWit(await to("wit")), wit)).toBe(true);
  expect(contractsEqual(contractFromJson(await to("json")), wit)).toBe(true);
  expect(await to("proto")).toContain("rpc Greet(GreetRequest)");
  expect(await to("d.ts")).toContain("greet: (name: string) => Promise<string>");
});

test("convert to JSON prints the contract as a document", async () => {
  const { document } = await runJson(["contract", "convert", greeter, "--to", "json"]);
  expect(contractsEqual(contractFromJson(document.document), wit)).toBe(true);
});

test("--out sets the file and the format, and leaves no temporary file behind", async () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, "greeter.json"), "before");
  const { code, stdout } = await runCli(["contract", "convert", greeter, "--out", join(folder, "greeter.json")]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(contractsEqual(contractFromJson(readFileSync(join(folder, "greeter.json"), "utf8")), wit)).toBe(true);
  expect(readdirSync(folder)).toEqual(["greeter.json"]);
});

test("convert rejects unknown formats and files that it cannot write", async () => {
  const unknown = await runJson(["contract", "convert", greeter]);
  expect(unknown).toMatchObject({
    code: 2,
    document: { error: { code: "TENON_USAGE", fix: { text: expect.stringContaining("wit, json, proto, d.ts") } } },
  });
  expect((await runJson(["contract", "convert", greeter, "--out", "x.txt"])).code).toBe(2);
  const folder = scratchFolder();
  writeFileSync(join(folder, "file"), "");
  const blocked = await runJson(["contract", "convert", greeter, "--out", join(folder, "file", "x.wit")]);
  expect(blocked).toMatchObject({ code: 2, document: { error: { code: "TENON_FILE_WRITE" } } });
});

const tools = {
  tools: [
    {
      name: "read_file",
      inputSchema: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
    },
    { name: "odd", inputSchema: { type: "object", properties: { one: { oneOf: [{ minLength: 1 }] } } } },
  ],
};

test("convert makes a contract of a list of tools, and prints what its types do not say", async () => {
  const file = join(scratchFolder(), "My tools.json");
  writeFileSync(file, JSON.stringify(tools));
  const { code, stdout, stderr } = await runCli(["contract", "convert", file, "--to", "wit"]);
  expect({ code, id: contractFromWit(stdout).id }).toEqual({ code: 0, id: "schema:my-tools" });
  expect(stdout).toContain("export read-file: func(input: read-file-input) -> json;");
  expect(stderr).toContain("warning odd input: #/properties/one becomes json: it has no type [TENON_SCHEMA_LOSSY]");
  const named = ["contract", "convert", file, "--to", "json", "--id", "a:b@1.0.0", "--rename", "read_file=read"];
  const { document } = await runJson(named);
  expect(Object.keys(contractFromJson(document.document).exports)).toEqual(["read", "odd"]);
  expect(document).toMatchObject({ contract: "a:b@1.0.0", findings: [{ severity: "warning" }, { severity: "info" }] });
});

test("diff compares two lists of tools", async () => {
  const write = (more: object): string => {
    const properties = { path: { type: "string" }, ...more };
    const file = join(scratchFolder(), "tools.json");
    writeFileSync(file, JSON.stringify([{ name: "read", inputSchema: { type: "object", properties } }]));
    return file;
  };
  const { code, stdout } = await runCli(["contract", "diff", write({}), write({ head: { type: "integer" } })]);
  expect({ code, verdict: stdout.split(" ")[0] }).toEqual({ code: 0, verdict: "adapts" });
  expect(stdout).toContain("head: option<s64>");
});

test("convert rejects schemas that it cannot read", async () => {
  const file = join(scratchFolder(), "schema.json");
  const rejects = async (text: string, code: string) => {
    writeFileSync(file, text);
    const rejected = await runJson(["contract", "convert", file, "--to", "wit"]);
    expect(rejected).toMatchObject({ code: 2, document: { error: { code } } });
  };
  await rejects('{"$ref": "https://example.com/schema.json"}', "TENON_SCHEMA_REFERENCE");
  await rejects('{"type": "nothing"}', "TENON_SCHEMA_INVALID");
  await rejects('{"name": "package"}', "TENON_CONTRACT_INVALID");
  await rejects('{"type": }', "TENON_CONTRACT_SYNTAX");
});

test("convert makes a contract of a .proto file, with the files that it imports", async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "acme"));
  writeFileSync(join(folder, "acme/types.proto"), 'syntax = "proto3"; package acme; message Name { string text = 1; }');
  const file = join(folder, "acme/greeter.proto");
  const services =
    "service Greeter { rpc Greet(Name) returns (Name); } service Other { rpc Greet(Name) returns (Name); }";
  writeFileSync(file, `syntax = "proto3"; package acme; import "acme/types.proto"; ${services}`);
  const { code, stdout } = await runCli(["contract", "convert", file, "--to", "wit", "--id", "acme:all@1.0.0"]);
  expect({ code, ...contractFromWit(stdout) }).toMatchObject({ code: 0, id: "acme:all@1.0.0" });
  expect(stdout).toContain("greet: async func(request: name) -> name;");
  const { document } = await runJson(["contract", "convert", file, "--to", "json", "--world", "Other"]);
  expect(Object.keys(contractFromJson(document.document).exports)).toEqual(["other"]);
  writeFileSync(file, 'syntax = "proto3";\nimport "acme/none.proto";');
  expect(await runJson(["contract", "convert", file, "--to", "wit"])).toMatchObject({
    code: 2,
    document: { error: { code: "TENON_CONTRACT_INVALID", message: expect.stringContaining("greeter.proto:2: ") } },
  });
});

test("convert makes a contract of a descriptor set, and rejects other bytes", async () => {
  const file = join(scratchFolder(), "greeter.binpb");
  const field = (tag: number, content: Uint8Array | string): Buffer =>
    Buffer.concat([Buffer.from([tag, Buffer.byteLength(content)]), Buffer.from(content)]);
  const method = Buffer.concat([field(0x0a, "Greet"), field(0x12, ".N"), field(0x1a, ".N")]);
  const service = Buffer.concat([field(0x0a, "Greeter"), field(0x12, method)]);
  const parts = [field(0x0a, "g.proto"), field(0x22, field(0x0a, "N")), field(0x32, service), field(0x62, "proto3")];
  writeFileSync(file, field(0x0a, Buffer.concat(parts)));
  const { code, stdout } = await runCli(["contract", "convert", file, "--to", "wit"]);
  expect({ code, has: stdout.includes("greet: async func(request: n) -> n;") }).toEqual({ code: 0, has: true });
  writeFileSync(file, "text");
  expect(await runJson(["contract", "convert", file, "--to", "wit"])).toMatchObject({
    code: 2,
    document: { error: { code: "TENON_MESSAGE_INVALID" } },
  });
});

test("diff reports the verdict, the differences and the version bump", async () => {
  const next = await runJson(["contract", "diff", greeter, contract("greeter-next.wit")]);
  expect(next.code).toBe(0);
  expect(next.document).toMatchObject({
    host: "test:greeter@1.0.0",
    plugin: "test:greeter@1.1.0",
    verdict: "adapts",
    advice: { change: "minor", version: "1.1.0", enough: true },
  });
  const file = join(scratchFolder(), "loud.wit");
  writeFileSync(file, readFileSync(greeter, "utf8").replace("name: string", "name: u32"));
  const { code, stdout } = await runCli(["contract", "diff", greeter, file]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^breaks {3}test:greeter@1\.0\.0 \(host\)/);
  expect(stdout).toMatch(/^ {4}host +.*string$/m);
  expect(stdout).toMatch(/^ {4}plugin .*u32$/m);
  expect(stdout).toContain("needs a major bump, 1.0.0 to 2.0.0; 1.0.0 is not enough");
});

test("diff of equal contracts reports no change", async () => {
  const { code, stdout } = await runCli(["contract", "diff", greeter, greeter]);
  expect(code).toBe(0);
  expect(stdout).toContain("nothing changed");
});

test("the fingerprint identifies a contract", async () => {
  const print = async (name: string) => (await runCli(["contract", "fingerprint", contract(name)])).stdout;
  expect(await print("greeter.wit")).toMatch(/^sha256:[0-9a-f]{64}\n$/);
  expect(await print("greeter-next.wit")).not.toBe(await print("greeter.wit"));
});

test("a syntax error is reported with its position", async () => {
  const file = join(scratchFolder(), "broken.wit");
  writeFileSync(file, "package test:broken;\nworld {\n");
  const { code, document } = await runJson(["contract", "fingerprint", file]);
  expect(code).toBe(2);
  expect(document.error).toMatchObject({ code: "TENON_CONTRACT_SYNTAX", message: expect.stringContaining(":2:7:") });
});
