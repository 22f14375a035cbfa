#!/usr/bin/env node
/**
 * `tsx packages/verification/src/protobuf/main.ts [COUNT]`: random messages of the protocols of plugins and of google.protobuf
 * through Tenon's codec and protobufjs, COUNT in either direction (default: 100,000).
 */
import { compareWithLibrary } from "../../../conformance/src/protobuf/beside-library.js";
import {
  knownDescriptorSet,
  libraryRoot,
  rootOfDescriptorSet,
} from "../../../conformance/src/protobuf/library-root.js";
import { protocolSource, protocols } from "../../../conformance/src/protobuf/protocols.js";
import {
  contractFromDescriptorSet,
  contractFromProto,
  type ProtobufContract,
} from "../../../tenon/src/contract/index.js";

const count = Number(process.argv[2] ?? 100_000);
let faults = 0;
let messages = 0;

console.log(
  "| protocol | functions | messages | from the library | from Tenon | MiB |\n| --- | --- | --- | --- | --- | --- |",
);

function compare(name: string, made: ProtobufContract, root: Parameters<typeof compareWithLibrary>[1]): void {
  const own = made.messageNames.filter((each) => name === "google.protobuf" || !each.startsWith("google."));
  try {
    const { fromLibrary, fromTenon, bytes } = compareWithLibrary(made, root, own, count);
    messages += fromLibrary + fromTenon;
    const cells = [name, made.methods.length, own.length, fromLibrary, fromTenon, Math.round(bytes / 2 ** 20)];
    console.log(`| ${cells.map((cell) => cell.toLocaleString("en")).join(" | ")} |`);
  } catch (different) {
    faults++;
    console.log(`| ${name} | ${made.methods.length} | ${own.length} | wrong | | |`);
    console.error(different);
  }
}

const set = knownDescriptorSet();
compare("google.protobuf", await contractFromDescriptorSet(set), rootOfDescriptorSet(set));
for (const protocol of protocols) {
  const source = protocolSource(protocol);
  if (typeof source === "string") console.log(`protobuf: skipped ${protocol.name}: ${source}`);
  else compare(protocol.name, await contractFromProto(source.files, source), libraryRoot(source));
}
console.log(`protobuf: ${messages.toLocaleString("en")} messages, ${faults} differ`);
process.exitCode = faults === 0 ? 0 : 1;
