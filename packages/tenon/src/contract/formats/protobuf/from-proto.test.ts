import { describe, expect, it } from "vitest";
import { contractToWit } from "../../wit/index.js";
import { contractFromProto, type ProtoFile } from "./index.js";

const head = 'syntax = "proto3";\n';

describe("contractFromProto", () => {
  it("makes an interface of a service, and a record of a message", async () => {
    const { contract, methods, findings } = await contractFromProto(`syntax = "proto3";
package demo.text_tools.v2;
import "google/protobuf/empty.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/wrappers.proto";
// Tools for text.
service TextTools {
  // Finds a text.
  rpc FindHTTPText(Query) returns (Node);
  rpc Reset(google.protobuf.Empty) returns (google.protobuf.Empty);
  rpc Watch(stream Query) returns (stream Node);
}
message Query {
  string type = 1;
  optional int32 max_count = 2;
  oneof by { string name = 3; int64 id = 4; google.protobuf.Empty all = 5; }
  map<string, Node> known = 6;
  google.protobuf.Struct settings = 7;
  google.protobuf.StringValue hint = 8;
  repeated google.protobuf.Value extra = 9;
  int32 unknown_fields = 10;
  int32 maxCount = 11;
}
message Node {
  enum Kind { KIND_UNSPECIFIED = 0; KIND_LEAF = 1; }
  Kind kind = 1;
  repeated Node kids = 2;
  bytes data_2x = 3;
}
`);
    expect(contract.id).toBe("demo:text-tools/text-tools-plugin@2.0.0");
    expect(findings).toEqual([]);
    expect(methods.map(({ path, function: name, streamsRequests }) => [path, name, streamsRequests])).toEqual([
      ["/demo.text_tools.v2.TextTools/FindHTTPText", "findHttpText", false],
      ["/demo.text_tools.v2.TextTools/Reset", "reset", false],
      ["/demo.text_tools.v2.TextTools/Watch", "watch", true],
    ]);
    expect(contractToWit(contract)).toMatchInlineSnapshot(`
      "package demo:text-tools@2.0.0;

      /// Tools for text.
      interface text-tools {
        /// @tenon json
        type json = string;

        variant query-by {
          name(string),
          id(s64),
          all,
        }

        /// @tenon open
        variant node-kind {
          unspecified,
          leaf,
          unrecognized(s32),
        }

        record node {
          kind: node-kind,
          kids: list<node>,
          data2-x: list<u8>,
          unknown-fields: option<list<u8>>,
        }

        record query {
          %type: string,
          max-count: option<s32>,
          by: option<query-by>,
          known: map<string, node>,
          settings: option<json>,
          hint: option<string>,
          extra: list<json>,
          unknown-fields2: s32,
          max-count2: s32,
          unknown-fields: option<list<u8>>,
        }

        /// Finds a text.
        find-http-text: async func(request: query) -> node;

        reset: async func();
        watch: async func(requests: stream<query>) -> stream<node>;
      }

      world text-tools-plugin {
        export text-tools;
      }
      "
    `);
  });

  it("reads the services that are named, on the side that is named", async () => {
    const text = `${head}package p; message M {} service A { rpc F(M) returns (M); } service B { rpc F(M) returns (M); } service C {}`;
    const { contract } = await contractFromProto(text, { imports: ["B"], exports: ["p.A"], id: "demo:pair@1.0.0" });
    expect([contract.id, Object.keys(contract.exports), Object.keys(contract.imports)]).toEqual([
      "demo:pair@1.0.0",
      ["a"],
      ["b"],
    ]);
    await expect(contractFromProto(text, { exports: ["D"] })).rejects.toMatchObject({
      code: "TENON_CONTRACT_INVALID",
      message: 'D: there is no service "D": found p.A, p.B, p.C',
    });
  });

  it("resolves imports, public ones of imported files included", async () => {
    const files: Record<string, string> = {
      "b.proto": `${head}import public "c.proto"; package b;`,
      "c.proto": `${head}package c; message C { int32 x = 1; }`,
    };
    const made = await contractFromProto(
      [{ path: "a.proto", text: `${head}import "b.proto"; package a; service S { rpc F(c.C) returns (.c.C); }` }],
      { resolve: async (path) => files[path] },
    );
    expect(made.message("c.C").decode(Uint8Array.of(8, 5))).toEqual({ x: 5, unknownFields: undefined });
  });

  it("tells what the contract does not say", async () => {
    const { findings } = await contractFromProto(`syntax = "proto2"; package p;
      message M { extensions 100 to 200; optional E e = 1; } extend M { optional int32 x = 100; }
      enum E { option allow_alias = true; A = 0; B = 0; } service S { rpc F(M) returns (M); }`);
    expect(findings.map(({ message }) => message)).toEqual([
      "p.E: second names of a number are left out: B",
      "contract.proto: extension fields stay in unknownFields: M.100",
    ]);
  });

  it.each<[string, string, string, string]>([
    [
      "a syntax error",
      "message A {\n  string = 1;\n}",
      "TENON_CONTRACT_SYNTAX",
      'contract.proto:3: unexpected name "="',
    ],
    ["an end too soon", "message A {", "TENON_CONTRACT_SYNTAX", "contract.proto:2: unexpected end of the file"],
    ["an unknown type", "\nmessage A {\n  B b = 1;\n}", "TENON_CONTRACT_INVALID", 'contract.proto:4: unknown type "B"'],
    [
      "two types of one name",
      "message A {}\nmessage A {}",
      "TENON_CONTRACT_INVALID",
      "contract.proto:3: duplicate name 'A'",
    ],
    [
      "two fields of one name",
      "message A {\n  int32 a = 1;\n  int32 a = 2;\n}",
      "TENON_CONTRACT_INVALID",
      "contract.proto:4: duplicate name 'a'",
    ],
    [
      "one number twice",
      "message A {\n  int32 a = 1;\n  int32 b = 1;\n}",
      "TENON_CONTRACT_INVALID",
      "contract.proto:2: duplicate id 1",
    ],
    [
      "field number 0",
      "message A {\n  int32 a = 0;\n}",
      "TENON_CONTRACT_INVALID",
      "contract.proto:3: field number 0 is out of range",
    ],
    [
      "a field number that is too high",
      "message A { int32 a = 536870912; }",
      "TENON_CONTRACT_INVALID",
      "contract.proto:2: field number 536870912 is out of range",
    ],
    [
      "a reserved field number",
      "message A { int32 a = 19000; }",
      "TENON_CONTRACT_INVALID",
      "contract.proto:2: field number 19000 is reserved",
    ],
    [
      "an enum that does not begin with 0",
      "enum E { A = 1; }",
      "TENON_CONTRACT_INVALID",
      "contract.proto:2: the first value of enum E is 1",
    ],
    [
      "a message as its own value",
      "service S { rpc F(E) returns (E); } enum E { A = 0; }",
      "TENON_CONTRACT_INVALID",
      'contract.proto:2: "E" is not a message',
    ],
    [
      "an import that is not there",
      'import "x.proto";',
      "TENON_CONTRACT_INVALID",
      'contract.proto:2: the imported file "x.proto" is not found',
    ],
    [
      "a service that is none",
      "service S { rpc F(S) returns (S); }",
      "TENON_CONTRACT_INVALID",
      'contract.proto:2: unknown type "S"',
    ],
    [
      "nesting without end",
      "message A {".repeat(2000),
      "TENON_CONTRACT_TOO_LARGE",
      "contract.proto: messages, groups or options are nested",
    ],
    [
      "options nested without end",
      `option (x) = ${"{ a: ".repeat(5000)}`,
      "TENON_CONTRACT_TOO_LARGE",
      "contract.proto: messages, groups or options are nested",
    ],
  ])("refuses %s with a code, the file and the line", async (_, text, code, message) => {
    await expect(contractFromProto(head + text)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it.each<[string, readonly ProtoFile[], string]>([
    [
      "files that import each other",
      [
        { path: "a.proto", text: 'syntax = "proto3";\nimport "b.proto";' },
        { path: "b.proto", text: 'syntax = "proto3";\n\nimport "a.proto";' },
      ],
      "b.proto:3: files import each other: a.proto → b.proto → a.proto",
    ],
    [
      "a type of a file that is not imported",
      [
        { path: "a.proto", text: `${head}message A { B b = 1; }` },
        { path: "b.proto", text: `${head}message B {}` },
      ],
      'a.proto:2: "B" is declared in b.proto, which a.proto does not import',
    ],
    [
      "one name in two files",
      [
        { path: "a.proto", text: `${head}message A {}` },
        { path: "b.proto", text: `${head}message A {}` },
      ],
      'b.proto:2: "A" is declared twice, the other time in a.proto:2',
    ],
    [
      "one file twice",
      [
        { path: "a.proto", text: head },
        { path: "a.proto", text: head },
      ],
      "a.proto: the file is given twice",
    ],
  ])("refuses %s", async (_, files, message) => {
    await expect(contractFromProto(files)).rejects.toMatchObject({ code: "TENON_CONTRACT_INVALID", message });
  });

  it("refuses a syntax that it does not know", async () => {
    await expect(contractFromProto('syntax = "proto4";')).rejects.toMatchObject({ code: "TENON_CONTRACT_UNSUPPORTED" });
  });

  it("reads 10,000 messages, of which a service uses a few", async () => {
    const messages = Array.from(
      { length: 10_000 },
      (_, index) => `message M${index} { int32 a = 1; M${(index * 7) % 10_000} b = 2; }`,
    );
    const { contract, messageNames } = await contractFromProto(
      `${head}package p; ${messages.join("\n")} service S { rpc F(M0) returns (M0); }`,
    );
    expect([messageNames.length, contract.declarations.length]).toEqual([10_000, 1]);
  });

  it("refuses messages that contain each other in a chain of thousands", async () => {
    const messages = Array.from({ length: 5000 }, (_, index) => `message M${index} { M${index + 1} b = 1; }`);
    await expect(
      contractFromProto(`${head}${messages.join("\n")} message M5000 {} service S { rpc F(M0) returns (M0); }`),
    ).rejects.toMatchObject({ code: "TENON_CONTRACT_TOO_LARGE" });
  });
});
