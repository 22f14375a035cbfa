/** Files with everything that a message can have, in each syntax. */
const scalars = [
  ...["double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64"],
  ...["fixed32", "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes"],
];
const keys = scalars.filter((name) => !["double", "float", "bytes"].includes(name));
const packable = scalars.filter((name) => !["string", "bytes"].includes(name));

function fields(first: number, types: readonly string[], line: (type: string, number: number) => string): string {
  return types.map((type, index) => `  ${line(type, first + index)}`).join("\n");
}

export const kitchenSinkProto3 = `syntax = "proto3";
package sink.three;
import "google/protobuf/wrappers.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/empty.proto";
import "google/protobuf/timestamp.proto";
enum Level { LEVEL_UNSPECIFIED = 0; LEVEL_LOW = 1; LEVEL_BELOW = -1; LEVEL_HIGH = 2147483647; }
message Sink {
${fields(1, scalars, (type, number) => `${type} plain_${type} = ${number};`)}
${fields(21, scalars, (type, number) => `optional ${type} optional_${type} = ${number};`)}
${fields(41, scalars, (type, number) => `repeated ${type} repeated_${type} = ${number};`)}
${fields(61, packable, (type, number) => `repeated ${type} unpacked_${type} = ${number} [packed = false];`)}
${fields(2001, keys, (type, number) => `map<${type}, ${type}> by_${type} = ${number};`)}
  map<string, Sink> by_name = 2100;
  map<int32, Level> levels_by_number = 2101;
  map<string, bytes> bytes_by_name = 2102;
  Level level = 81;
  optional Level optional_level = 82;
  repeated Level levels = 83;
  Sink inner = 84;
  repeated Sink inners = 85;
  oneof choice {
${fields(101, scalars, (type, number) => `  ${type} choice_${type} = ${number};`)}
    Sink choice_sink = 121;
    Level choice_level = 122;
    google.protobuf.Empty nothing = 123;
    google.protobuf.StringValue choice_text = 124;
  }
  google.protobuf.BoolValue maybe_bool = 131;
  google.protobuf.DoubleValue maybe_double = 132;
  repeated google.protobuf.Int64Value longs = 133;
  google.protobuf.BytesValue maybe_bytes = 134;
  google.protobuf.Struct settings = 135;
  google.protobuf.Value any_value = 136;
  google.protobuf.ListValue any_list = 137;
  map<string, google.protobuf.Value> values = 138;
  google.protobuf.Timestamp at = 139;
  int32 last = 536870911;
}
service Sinks {
  rpc Put(Sink) returns (google.protobuf.Empty);
}
`;

export const kitchenSinkProto2 = `syntax = "proto2";
package sink.two;
enum Closed { CLOSED_ONE = 1; CLOSED_TWO = 2; }
message Sink {
${fields(1, scalars, (type, number) => `optional ${type} optional_${type} = ${number};`)}
${fields(21, scalars, (type, number) => `repeated ${type} repeated_${type} = ${number};`)}
${fields(41, packable, (type, number) => `repeated ${type} packed_${type} = ${number} [packed = true];`)}
  required int32 id = 61;
  required Inner inner = 62;
  optional Closed closed = 63 [default = CLOSED_TWO];
  repeated Closed several = 64;
  repeated Closed several_packed = 65 [packed = true];
  optional group Pair = 66 { optional string left = 1; optional Sink right = 2; }
  repeated group Row = 67 { required int32 cell = 1; }
  map<int32, Closed> closed_by_number = 68;
  map<string, Inner> inner_by_name = 69;
  oneof choice { string text = 70; Inner object = 71; }
  extensions 1000 to max;
}
message Inner { required string name = 1; optional Inner next = 2; }
service Sinks { rpc Put(stream Sink) returns (stream Inner); }
`;

export const kitchenSinkEdition = `edition = "2023";
package sink.editions;
message Sink {
  int32 explicit = 1;
  int32 implicit = 2 [features.field_presence = IMPLICIT];
  int32 needed = 3 [features.field_presence = LEGACY_REQUIRED];
  repeated int32 packed = 4;
  repeated int32 expanded = 5 [features.repeated_field_encoding = EXPANDED];
  Sink delimited = 6 [features.message_encoding = DELIMITED];
  Closed closed = 7;
  Open open = 8;
  enum Closed { option features.enum_type = CLOSED; ONE = 1; TWO = 2; }
  enum Open { ZERO = 0; UNO = 1; }
}
service Sinks { rpc Put(Sink) returns (Sink); }
`;
