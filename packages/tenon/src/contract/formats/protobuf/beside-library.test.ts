import { times } from "@tenon/fixtures/tests";
import { expect, it } from "vitest";
import { compareWithLibrary } from "../../../../../conformance/src/protobuf/beside-library.js";
import {
  kitchenSinkEdition,
  kitchenSinkProto2,
  kitchenSinkProto3,
} from "../../../../../conformance/src/protobuf/kitchen-sink.js";
import {
  knownDescriptorSet,
  libraryRoot,
  rootOfDescriptorSet,
} from "../../../../../conformance/src/protobuf/library-root.js";
import { contractFromDescriptorSet, contractFromProto } from "./index.js";

it.each([
  ["proto3", kitchenSinkProto3],
  ["proto2", kitchenSinkProto2],
  ["an edition", kitchenSinkEdition],
])(
  "messages of every type of field in %s are the same for Tenon and protobufjs, in both directions",
  async (name, text) => {
    const files = [{ path: `${name}.proto`, text }];
    const made = await contractFromProto(files);
    const root = libraryRoot({ name, files, resolve: () => undefined, descriptors: [] });
    const names = made.messageNames.filter((each) => each.startsWith("sink."));
    const count = times(60);
    expect(compareWithLibrary(made, root, names, count)).toMatchObject({ fromLibrary: count, fromTenon: count });
  },
);

it("messages of google.protobuf, descriptors included, are the same for Tenon and protobufjs, in both directions", async () => {
  const set = knownDescriptorSet();
  const made = await contractFromDescriptorSet(set);
  expect(made.messageNames.length).toBeGreaterThan(60);
  const count = times(500);
  expect(compareWithLibrary(made, rootOfDescriptorSet(set), made.messageNames, count)).toMatchObject({
    fromLibrary: count,
  });
});

it("the known files of google.protobuf declare what those of protoc declare", async () => {
  const set = await contractFromDescriptorSet(knownDescriptorSet());
  const imports = ["any", "api", "descriptor", "duration", "empty", "field_mask", "source_context", "struct"]
    .concat("timestamp", "type", "wrappers")
    .map((name) => `import "google/protobuf/${name}.proto";`);
  const known = await contractFromProto(`syntax = "proto3"; ${imports.join(" ")}`);
  expect([...known.messageNames].sort()).toEqual([...set.messageNames].sort());
  for (const name of known.messageNames)
    expect([name, shape(known.message(name).type)]).toEqual([name, shape(set.message(name).type)]);
});

/** What a type consists of, two levels deep, without docs. */
function shape(type: unknown): unknown {
  return JSON.parse(
    JSON.stringify(type, (key, value) => (key === "docs" ? undefined : key === "target" ? value?.name : value)),
  );
}
