import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProtoFile } from "../../../tenon/src/contract/index.js";

interface Protocol {
  readonly name: string;
  /** The Go module that contains the files, with its version. */
  readonly module: string;
  readonly files: readonly string[];
  /** The Go files that protoc made of them: they contain the descriptors. */
  readonly generated?: readonly string[];
  /** Where imports begin in the module: the prefix of an import that is left out. */
  readonly prefix?: string;
}

/** The protocols of plugins that are in use. Their files are downloaded as Go modules and never part of this repository. */
export const protocols: readonly Protocol[] = [
  {
    name: "tfplugin5",
    module: "github.com/hashicorp/terraform-plugin-go@v0.29.0",
    files: ["tfprotov5/internal/tfplugin5/tfplugin5.proto"],
    generated: ["tfprotov5/internal/tfplugin5/tfplugin5.pb.go"],
  },
  {
    name: "tfplugin6",
    module: "github.com/hashicorp/terraform-plugin-go@v0.29.0",
    files: ["tfprotov6/internal/tfplugin6/tfplugin6.proto"],
    generated: ["tfprotov6/internal/tfplugin6/tfplugin6.pb.go"],
  },
  {
    name: "pluginv2 (Grafana)",
    module: "github.com/grafana/grafana-plugin-sdk-go@v0.283.0",
    files: ["proto/backend.proto"],
    generated: ["genproto/pluginv2/backend.pb.go"],
  },
  {
    name: "dbplugin v5 (Vault)",
    module: "github.com/hashicorp/vault/sdk@v0.20.0",
    files: ["database/dbplugin/v5/proto/database.proto"],
    generated: ["database/dbplugin/v5/proto/database.pb.go"],
  },
  {
    name: "pb (Vault)",
    module: "github.com/hashicorp/vault/sdk@v0.20.0",
    files: ["plugin/pb/backend.proto"],
    prefix: "sdk/",
  },
];

export interface ProtocolSource {
  readonly name: string;
  readonly files: readonly ProtoFile[];
  readonly resolve: (path: string) => string | undefined;
  /** The `FileDescriptorProto` that Go programs carry for each of the files. */
  readonly descriptors: readonly Uint8Array[];
}

/** Returns a protocol's files, or the reason why they are not available here. */
export function protocolSource({
  name,
  module,
  files,
  generated = [],
  prefix = "",
}: Protocol): ProtocolSource | string {
  const { status, stdout, stderr } = spawnSync("go", ["mod", "download", "-json", module], {
    encoding: "utf8",
    timeout: 120_000,
    // The module is read only: it must not become a part of any other, or need a newer Go.
    env: { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off", GOTOOLCHAIN: "local" },
  });
  if (status !== 0)
    return `${module} cannot be downloaded: ${(stderr || stdout || "go is not installed").trim().split("\n")[0]}`;
  const { Dir: folder } = JSON.parse(stdout) as { Dir: string };
  const resolve = (path: string): string | undefined => {
    const file = join(folder, path.startsWith(prefix) ? path.slice(prefix.length) : path);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  return {
    name,
    files: files.map((path) => ({ path, text: read(path) })),
    resolve,
    descriptors: generated.map((path) => descriptorInGo(read(path))),
  };
}

/** Returns the bytes that protoc-gen-go writes as `rawDesc`: a list of numbers, or string literals. */
function descriptorInGo(source: string): Uint8Array {
  const [, text = ""] = /rawDesc = (?:string\()?([\s\S]*?)\n(?:\}\)?)?\n/.exec(source) ?? [];
  if (text.includes("[]byte{")) return Uint8Array.from(text.match(/0x[0-9a-f]{2}/g) ?? [], Number);
  const parts = [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, literal]) => bytesOfLiteral(literal!));
  return Buffer.concat(parts);
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92, '"': 34 };

function bytesOfLiteral(literal: string): Buffer {
  const pieces = literal.match(/\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\U[0-9a-f]{8}|\\[0-7]{3}|\\.|[^\\]+/gi) ?? [];
  return Buffer.concat(
    pieces.map((piece) => {
      if (!piece.startsWith("\\")) return Buffer.from(piece);
      if (piece[1] === "x") return Buffer.from([Number.parseInt(piece.slice(2), 16)]);
      if (piece[1] === "u" || piece[1] === "U")
        return Buffer.from(String.fromCodePoint(Number.parseInt(piece.slice(2), 16)));
      return Buffer.from([escapes[piece[1]!] ?? Number.parseInt(piece.slice(1), 8)]);
    }),
  );
}
