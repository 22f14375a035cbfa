import { describe, expect, it } from "vitest";
import { contractFromWit } from "../../../contract/index.js";
import { builtInOf } from "./built-ins.js";

const contract = contractFromWit(`package demo:kit@1.0.0;
interface host { numbers: async func(of: future<stream<u8>>) -> stream<u32>; }
interface store { resource cursor { rest: async func() -> stream<string>; } all: async func(keys: list<stream<u16>>) -> u64; }
world kit { import host; export store; export run: async func() -> string; export plain: async func(); }
`);

const find = (module: string, name: string) => {
  const found = builtInOf(contract, module, name);
  return found && { kind: found.definition.kind, type: found.type?.kind };
};

describe("built-ins that a core module imports", () => {
  it.each([
    ["$root", "[waitable-set-new]", "waitable-set-new", undefined],
    ["$root", "[waitable-join]", "waitable-join", undefined],
    ["[export]$root", "[task-cancel]", "task-cancel", undefined],
    ["[export]$root", "[task-return]run", "task-return", "string"],
    ["[export]$root", "[task-return]plain", "task-return", undefined],
    ["[export]demo:kit/store@1.0.0", "[task-return]all", "task-return", "u64"],
    ["[export]demo:kit/store@1.0.0", "[stream-new-0]all", "stream-new", "stream"],
    ["[export]demo:kit/store@1.0.0", "[stream-drop-writable-0][method]cursor.rest", "stream-drop-writable", "stream"],
    ["demo:kit/host@1.0.0", "[async-lower][stream-read-0]numbers", "stream-read", "stream"],
    ["demo:kit/host@1.0.0", "[future-cancel-read-1]numbers", "future-cancel-read", "future"],
    ["demo:kit/host@1.0.0", "[async-lower][stream-write-2]numbers", "stream-write", "stream"],
  ])("%s %s", (module, name, kind, type) => {
    expect(find(module, name)).toEqual({ kind, type });
  });

  it("number the element type of a stream before the stream, and parameters before the result", () => {
    const type = (index: number, kind = "stream") =>
      builtInOf(contract, "demo:kit/host@1.0.0", `[${kind}-new-${index}]numbers`)?.type;
    expect(type(0)).toMatchObject({ kind: "stream", element: { kind: "u8" } });
    expect(type(1, "future")).toMatchObject({ kind: "future", value: { kind: "stream" } });
    expect(type(2)).toMatchObject({ kind: "stream", element: { kind: "u32" } });
  });

  it.each([
    ["from another module", "demo:other/host@1.0.0", "[stream-new-0]numbers"],
    ["of a function that does not exist", "demo:kit/host@1.0.0", "[stream-new-0]letters"],
    ["of a stream that does not exist", "demo:kit/host@1.0.0", "[stream-new-3]numbers"],
    ["of a future that is a stream", "demo:kit/host@1.0.0", "[future-new-0]numbers"],
    ["the result of an import", "demo:kit/host@1.0.0", "[task-return]numbers"],
    ["of an export, in the scope of imports", "$root", "[task-return]run"],
    ["a waitable set in another scope", "demo:kit/host@1.0.0", "[waitable-set-new]"],
    ["something else", "$root", "[constructor]"],
  ])("are not found: %s", (_what, module, name) => {
    expect(find(module, name)).toBeUndefined();
  });
});
