import { expect, test } from "vitest";
import { contract, signatures, t } from "../contract/index.js";
import { Boundary } from "./boundary.js";
import { implement } from "./implement.js";

const Cursor = t.resource("cursor", { constructs: [["start", t.u32]] });
const { exports } = contract("test:table@1.0.0", { exports: { tables: t.interface({ Cursor }) } });
const control = { signal: undefined, deadline: 0 };

test.each([true, false])(
  "a drop disposes of the object once and fails for nobody (validates: %s)",
  async (validates) => {
    let disposed = 0;
    class Table {
      async [Symbol.asyncDispose]() {
        disposed++;
      }
    }
    const boundary = new Boundary({ table: { get: () => undefined }, validates });
    const { table, findings } = implement(
      exports,
      { tables: { Cursor: Table } },
      { boundary, subject: "plugin", threw: "TENON_CALL_THREW", missing: "TENON_EXPORT_MISSING" },
    );
    expect(findings).toEqual([]);
    const invoke = (kind: string, parameters: readonly unknown[]) =>
      table
        .get(signatures(exports).find((signature) => signature.kind === kind)?.path ?? "")
        ?.invoke(parameters, control);
    const object = invoke("constructor", [1]);
    expect(object).toBeInstanceOf(Table);
    expect(boundary.held).toBe(1);
    await invoke("drop", [object]);
    expect(disposed).toBe(1);
    expect(boundary.held).toBe(0);
    if (validates) {
      await invoke("drop", [object]);
      await invoke("drop", [new Table()]);
      expect(disposed).toBe(1);
    }
  },
);
