import { describe, expect, it } from "vitest";
import { contract, contractToJson, type Items, t } from "../index.js";
import { givingUpAs } from "./given-up.js";

const make = (bytes: typeof t.bytes, more: Items = {}) => {
  const part = t.record("part", { name: t.string, bytes, copied: t.bytes });
  const Store = t.resource("store", { methods: { put: t.func([["bytes", bytes]], t.u32) } });
  return contract("test:given@1.0.0", {
    imports: { host: t.interface({ keep: t.func([["parts", t.list(part)]], t.option(bytes)) }) },
    exports: {
      ...more,
      store: t.interface({ Store, pair: t.func([["both", t.tuple(t.bytes, bytes)]], bytes) }),
    },
  });
};
const given = t.own(t.bytes) as unknown as typeof t.bytes;
const count = (text: unknown) => JSON.stringify(text).split('{"own":{"list":"u8"}}').length - 1;

describe("givingUpAs", () => {
  it("marks what the host's contract marks, in every kind of type, and leaves what only the plugin has", () => {
    const plugin = make(t.bytes, { own: t.func([["bytes", t.bytes]]) });
    const made = givingUpAs(make(given), plugin);
    expect(count(contractToJson(made))).toBe(5);
    expect(made.exports.own).toMatchObject({ parameters: [{ type: { kind: "list" } }] });
    expect(JSON.stringify(made.exports.own)).not.toContain("owned");
    expect(contractToJson(givingUpAs(make(t.bytes), made))).toEqual(contractToJson(plugin));
  });

  it("takes away the marks that the host's contract does not have", () => {
    const plugin = make(given, { own: t.func([["bytes", given]]) });
    expect(count(contractToJson(plugin))).toBe(6);
    expect(count(contractToJson(givingUpAs(make(t.bytes), plugin)))).toBe(0);
  });

  it("returns the plugin's own contract if nothing is given up, and the same one each time", () => {
    const [host, plugin] = [make(t.bytes), make(t.bytes, { own: t.func([]) })];
    expect(givingUpAs(host, plugin)).toBe(plugin);
    const giving = make(given);
    expect(givingUpAs(giving, plugin)).toBe(givingUpAs(giving, plugin));
  });
});
