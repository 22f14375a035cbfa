import protobufjs from "protobufjs";
import { contractFromProto } from "tenon/contract";
import { compare } from "./measure.mjs";

/** @import { Row } from "./types.js" */

const text = `syntax = "proto3";
message Block { int64 version = 1; repeated Attribute attributes = 2; string description = 3; Kind kind = 4; }
message Attribute { string name = 1; bytes type = 2; string description = 3; bool required = 4; bool optional = 5; Kind kind = 6; }
enum Kind { PLAIN = 0; MARKDOWN = 1; }
`;

/**
 * Messages as the schema of a provider: the codec of messages, compared with protobufjs on the same bytes.
 *
 * @param {unknown} _host
 * @param {number} scale
 * @returns {Promise<Row[]>}
 */
export async function protobuf(_host, scale) {
  const { message } = await contractFromProto(text);
  const { encode, decode } = message("Block");
  const type = protobufjs.parse(text, new protobufjs.Root(), { keepCase: true }).root.lookupType("Block");
  const attribute = {
    name: "instance_type",
    type: Buffer.from('"string"'),
    description: "The type of it.",
    required: true,
  };
  const bytes = type
    .encode(type.fromObject({ version: 3, attributes: new Array(20).fill(attribute), description: "A block", kind: 1 }))
    .finish();
  const ours = decode(bytes);
  const theirs = type.decode(bytes);
  const count = 4000 * scale;
  return [
    ...(await compare("message of 20 inner ones, decoded", {
      ours: (times) => repeated(times, () => decode(bytes).attributes.length),
      theirs: {
        protobufjs: (times) => repeated(times, () => /** @type {any} */ (type.decode(bytes)).attributes.length),
      },
      limit: 2.5,
      count,
      rounds: 11,
    })),
    ...(await compare("message of 20 inner ones, encoded and checked", {
      ours: (times) => repeated(times, () => encode(ours).length),
      theirs: { protobufjs: (times) => repeated(times, () => type.encode(theirs).finish().length) },
      limit: 2.5,
      count,
      rounds: 11,
    })),
  ];
}

/**
 * @param {number} times
 * @param {() => number} run
 */
function repeated(times, run) {
  let sum = 0;
  for (let index = 0; index < times; index++) sum += run();
  return sum;
}
