import { describe, expect, it } from "vitest";
import { contract, contractToJson, t } from "../contract/index.js";
import type { Isolation } from "../runtime/index.js";
import { combineIsolation, readLoadAnswer } from "./load-answer.js";

const none: Isolation = {
  level: "none",
  memory: false,
  crash: false,
  interruptible: false,
  filesystem: false,
  network: false,
  environment: false,
  processes: false,
  by: [],
  remarks: ["of the runtime"],
};
const place: Isolation = { ...none, level: "contained", crash: true, by: ["process"], remarks: ["of the place"] };

describe("the answer to a load message", () => {
  it("is read together with the contract", async () => {
    const own = contract("demo:greeter@1.0.0", { exports: { greet: t.func([], t.string) } });
    const answer = JSON.parse(
      JSON.stringify({ functions: ["greet"], restores: true, isolation: none, contract: contractToJson(own) }),
    );
    const reply = await readLoadAnswer(answer);
    expect(reply).toMatchObject({ functions: ["greet"], restores: true, isolation: none });
    expect(reply.contract?.id).toBe(own.id);
  });

  it.each([
    [undefined],
    [null],
    [[]],
    [{}],
    [{ functions: [1], restores: true, isolation: none }],
    [{ functions: [], restores: 1, isolation: none }],
    [{ functions: [], restores: true }],
    [{ functions: [], restores: true, isolation: { ...none, level: "total" } }],
    [{ functions: [], restores: true, isolation: { ...none, crash: "yes" } }],
    [{ functions: [], restores: true, isolation: { ...none, processes: undefined } }],
    [{ functions: [], restores: true, isolation: { ...none, by: ["magic"] } }],
    [{ functions: [], restores: true, isolation: { ...none, by: ["toString"] } }],
    [{ functions: [], restores: true, isolation: { ...none, remarks: [3] } }],
  ])("is malformed if it is %j", async (answer) => {
    await expect(readLoadAnswer(answer)).rejects.toMatchObject({ code: "TENON_WIRE_MALFORMED" });
  });

  it("is rejected if its contract is not valid", async () => {
    const answer = { functions: [], restores: true, isolation: none, contract: { tenon: 1 } };
    await expect(readLoadAnswer(answer)).rejects.toMatchObject({ code: expect.stringMatching(/^TENON_CONTRACT_/) });
  });
});

describe("isolation", () => {
  it("is what the place or the runtime provides, and nothing more", () => {
    expect(combineIsolation(place, none)).toEqual(place);
    const sandbox: Isolation = { ...none, level: "sandboxed", filesystem: true, by: ["engine"] };
    expect(combineIsolation(place, sandbox, "sandboxed")).toEqual({
      ...place,
      level: "sandboxed",
      filesystem: true,
      by: ["process", "engine"],
      remarks: ["of the runtime"],
    });
  });

  it("is not what an instance claims beyond what its runtime declares", () => {
    const claimed: Isolation = { ...none, level: "sandboxed", filesystem: true };
    expect(combineIsolation(place, claimed)).toEqual(place);
    expect(combineIsolation(place, claimed, "contained")).toEqual(place);
  });
});
