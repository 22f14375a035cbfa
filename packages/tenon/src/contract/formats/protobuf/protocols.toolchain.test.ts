import { missing, needs, times } from "@tenon/fixtures/tests";
import { expect } from "vitest";
import { compareWithLibrary } from "../../../../../conformance/src/protobuf/beside-library.js";
import { libraryRoot } from "../../../../../conformance/src/protobuf/library-root.js";
import { protocolSource, protocols } from "../../../../../conformance/src/protobuf/protocols.js";
import {
  contractFromDescriptorSet,
  contractFromJson,
  contractFromProto,
  contractFromWit,
  contractsEqual,
  contractToJson,
  contractToWit,
} from "../../index.js";

for (const protocol of protocols) {
  const source = missing.go() ?? protocolSource(protocol);
  const { describe, test } = needs(typeof source === "string" ? source : undefined);
  describe(protocol.name, () => {
    if (typeof source === "string") return void test("its files convert", () => {});

    test("becomes a contract that WIT and JSON hold as it is", async () => {
      const { contract, methods } = await contractFromProto(source.files, source);
      expect(methods.length).toBeGreaterThan(5);
      expect(contractsEqual(contractFromWit(contractToWit(contract)), contract)).toBe(true);
      expect(contractsEqual(contractFromJson(JSON.stringify(contractToJson(contract))), contract)).toBe(true);
    });

    test("becomes the same contract from the descriptors in its Go programs", async () => {
      if (source.descriptors.length === 0) return;
      const fromText = await contractFromProto(source.files, source);
      const fromDescriptors = await contractFromDescriptorSet(source.descriptors);
      expect(withoutDocs(fromDescriptors.contract)).toEqual(withoutDocs(fromText.contract));
    });

    test("has the same messages for Tenon and protobufjs", async () => {
      const made = await contractFromProto(source.files, source);
      const names = made.messageNames.filter((name) => !name.startsWith("google."));
      const count = times(1000);
      expect(compareWithLibrary(made, libraryRoot(source), names, count)).toMatchObject({ fromLibrary: count });
    });
  });
}

function withoutDocs(contract: Parameters<typeof contractToJson>[0]): unknown {
  return JSON.parse(JSON.stringify(contractToJson(contract), (key, value) => (key === "docs" ? undefined : value)));
}
