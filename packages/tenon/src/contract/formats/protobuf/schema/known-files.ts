import type { ParsedEnum, ParsedField, ParsedFile, ParsedMessage } from "./parsed-file.js";

/**
 * The files `google/protobuf/*.proto` that every reader of `.proto` files knows, with all messages and enums: a message's fields
 * are `type name number`, with `@oneof` if they are in one. Descriptors are read with what is here.
 *
 * Source: protobuf 34, src/google/protobuf.
 */
const declarations = `
file any.proto proto3
message Any: string type_url 1, bytes value 2
file duration.proto proto3
message Duration: int64 seconds 1, int32 nanos 2
file empty.proto proto3
message Empty:
file field_mask.proto proto3
message FieldMask: repeated string paths 1
file struct.proto proto3
message Struct: map<string;Value> fields 1
message Value: NullValue null_value 1@kind, double number_value 2@kind, string string_value 3@kind, bool bool_value 4@kind, Struct struct_value 5@kind, ListValue list_value 6@kind
message ListValue: repeated Value values 1
enum NullValue: NULL_VALUE 0
file timestamp.proto proto3
message Timestamp: int64 seconds 1, int32 nanos 2
file wrappers.proto proto3
message DoubleValue: double value 1
message FloatValue: float value 1
message Int64Value: int64 value 1
message UInt64Value: uint64 value 1
message Int32Value: int32 value 1
message UInt32Value: uint32 value 1
message BoolValue: bool value 1
message StringValue: string value 1
message BytesValue: bytes value 1
file source_context.proto proto3
message SourceContext: string file_name 1
file type.proto proto3 any.proto source_context.proto
message Type: string name 1, repeated Field fields 2, repeated string oneofs 3, repeated Option options 4, SourceContext source_context 5, Syntax syntax 6, string edition 7
message Field: Field.Kind kind 1, Field.Cardinality cardinality 2, int32 number 3, string name 4, string type_url 6, int32 oneof_index 7, bool packed 8, repeated Option options 9, string json_name 10, string default_value 11
enum Field.Kind: TYPE_UNKNOWN 0, TYPE_DOUBLE 1, TYPE_FLOAT 2, TYPE_INT64 3, TYPE_UINT64 4, TYPE_INT32 5, TYPE_FIXED64 6, TYPE_FIXED32 7, TYPE_BOOL 8, TYPE_STRING 9, TYPE_GROUP 10, TYPE_MESSAGE 11, TYPE_BYTES 12, TYPE_UINT32 13, TYPE_ENUM 14, TYPE_SFIXED32 15, TYPE_SFIXED64 16, TYPE_SINT32 17, TYPE_SINT64 18
enum Field.Cardinality: CARDINALITY_UNKNOWN 0, CARDINALITY_OPTIONAL 1, CARDINALITY_REQUIRED 2, CARDINALITY_REPEATED 3
message Enum: string name 1, repeated EnumValue enumvalue 2, repeated Option options 3, SourceContext source_context 4, Syntax syntax 5, string edition 6
message EnumValue: string name 1, int32 number 2, repeated Option options 3
message Option: string name 1, Any value 2
enum Syntax: SYNTAX_PROTO2 0, SYNTAX_PROTO3 1, SYNTAX_EDITIONS 2
file api.proto proto3 source_context.proto type.proto
message Api: string name 1, repeated Method methods 2, repeated Option options 3, string version 4, SourceContext source_context 5, repeated Mixin mixins 6, Syntax syntax 7, string edition 8
message Method: string name 1, string request_type_url 2, bool request_streaming 3, string response_type_url 4, bool response_streaming 5, repeated Option options 6, Syntax syntax 7, string edition 8
message Mixin: string name 1, string root 2
file descriptor.proto proto2
message FileDescriptorSet: repeated FileDescriptorProto file 1
message FileDescriptorProto: string name 1, string package 2, repeated string dependency 3, repeated int32 public_dependency 10, repeated int32 weak_dependency 11, repeated string option_dependency 15, repeated DescriptorProto message_type 4, repeated EnumDescriptorProto enum_type 5, repeated ServiceDescriptorProto service 6, repeated FieldDescriptorProto extension 7, FileOptions options 8, SourceCodeInfo source_code_info 9, string syntax 12, Edition edition 14
message DescriptorProto: string name 1, repeated FieldDescriptorProto field 2, repeated FieldDescriptorProto extension 6, repeated DescriptorProto nested_type 3, repeated EnumDescriptorProto enum_type 4, repeated DescriptorProto.ExtensionRange extension_range 5, repeated OneofDescriptorProto oneof_decl 8, MessageOptions options 7, repeated DescriptorProto.ReservedRange reserved_range 9, repeated string reserved_name 10, SymbolVisibility visibility 11
message DescriptorProto.ExtensionRange: int32 start 1, int32 end 2, ExtensionRangeOptions options 3
message DescriptorProto.ReservedRange: int32 start 1, int32 end 2
message ExtensionRangeOptions: repeated UninterpretedOption uninterpreted_option 999, repeated ExtensionRangeOptions.Declaration declaration 2, FeatureSet features 50, ExtensionRangeOptions.VerificationState verification 3
message ExtensionRangeOptions.Declaration: int32 number 1, string full_name 2, string type 3, bool reserved 5, bool repeated 6
enum ExtensionRangeOptions.VerificationState: DECLARATION 0, UNVERIFIED 1
message FieldDescriptorProto: string name 1, int32 number 3, FieldDescriptorProto.Label label 4, FieldDescriptorProto.Type type 5, string type_name 6, string extendee 2, string default_value 7, int32 oneof_index 9, string json_name 10, FieldOptions options 8, bool proto3_optional 17
enum FieldDescriptorProto.Type: TYPE_DOUBLE 1, TYPE_FLOAT 2, TYPE_INT64 3, TYPE_UINT64 4, TYPE_INT32 5, TYPE_FIXED64 6, TYPE_FIXED32 7, TYPE_BOOL 8, TYPE_STRING 9, TYPE_GROUP 10, TYPE_MESSAGE 11, TYPE_BYTES 12, TYPE_UINT32 13, TYPE_ENUM 14, TYPE_SFIXED32 15, TYPE_SFIXED64 16, TYPE_SINT32 17, TYPE_SINT64 18
enum FieldDescriptorProto.Label: LABEL_OPTIONAL 1, LABEL_REPEATED 3, LABEL_REQUIRED 2
message OneofDescriptorProto: string name 1, OneofOptions options 2
message EnumDescriptorProto: string name 1, repeated EnumValueDescriptorProto value 2, EnumOptions options 3, repeated EnumDescriptorProto.EnumReservedRange reserved_range 4, repeated string reserved_name 5, SymbolVisibility visibility 6
message EnumDescriptorProto.EnumReservedRange: int32 start 1, int32 end 2
message EnumValueDescriptorProto: string name 1, int32 number 2, EnumValueOptions options 3
message ServiceDescriptorProto: string name 1, repeated MethodDescriptorProto method 2, ServiceOptions options 3
message MethodDescriptorProto: string name 1, string input_type 2, string output_type 3, MethodOptions options 4, bool client_streaming 5, bool server_streaming 6
message FileOptions: string java_package 1, string java_outer_classname 8, bool java_multiple_files 10, bool java_generate_equals_and_hash 20, bool java_string_check_utf8 27, FileOptions.OptimizeMode optimize_for 9, string go_package 11, bool cc_generic_services 16, bool java_generic_services 17, bool py_generic_services 18, bool deprecated 23, bool cc_enable_arenas 31, string objc_class_prefix 36, string csharp_namespace 37, string swift_prefix 39, string php_class_prefix 40, string php_namespace 41, string php_metadata_namespace 44, string ruby_package 45, FeatureSet features 50, repeated UninterpretedOption uninterpreted_option 999
enum FileOptions.OptimizeMode: SPEED 1, CODE_SIZE 2, LITE_RUNTIME 3
message MessageOptions: bool message_set_wire_format 1, bool no_standard_descriptor_accessor 2, bool deprecated 3, bool map_entry 7, bool deprecated_legacy_json_field_conflicts 11, FeatureSet features 12, repeated UninterpretedOption uninterpreted_option 999
message FieldOptions: FieldOptions.CType ctype 1, bool packed 2, FieldOptions.JSType jstype 6, bool lazy 5, bool unverified_lazy 15, bool deprecated 3, bool weak 10, bool debug_redact 16, FieldOptions.OptionRetention retention 17, repeated FieldOptions.OptionTargetType targets 19, repeated FieldOptions.EditionDefault edition_defaults 20, FeatureSet features 21, FieldOptions.FeatureSupport feature_support 22, repeated UninterpretedOption uninterpreted_option 999
message FieldOptions.EditionDefault: Edition edition 3, string value 2
message FieldOptions.FeatureSupport: Edition edition_introduced 1, Edition edition_deprecated 2, string deprecation_warning 3, Edition edition_removed 4, string removal_error 5
enum FieldOptions.CType: STRING 0, CORD 1, STRING_PIECE 2
enum FieldOptions.JSType: JS_NORMAL 0, JS_STRING 1, JS_NUMBER 2
enum FieldOptions.OptionRetention: RETENTION_UNKNOWN 0, RETENTION_RUNTIME 1, RETENTION_SOURCE 2
enum FieldOptions.OptionTargetType: TARGET_TYPE_UNKNOWN 0, TARGET_TYPE_FILE 1, TARGET_TYPE_EXTENSION_RANGE 2, TARGET_TYPE_MESSAGE 3, TARGET_TYPE_FIELD 4, TARGET_TYPE_ONEOF 5, TARGET_TYPE_ENUM 6, TARGET_TYPE_ENUM_ENTRY 7, TARGET_TYPE_SERVICE 8, TARGET_TYPE_METHOD 9
message OneofOptions: FeatureSet features 1, repeated UninterpretedOption uninterpreted_option 999
message EnumOptions: bool allow_alias 2, bool deprecated 3, bool deprecated_legacy_json_field_conflicts 6, FeatureSet features 7, repeated UninterpretedOption uninterpreted_option 999
message EnumValueOptions: bool deprecated 1, FeatureSet features 2, bool debug_redact 3, FieldOptions.FeatureSupport feature_support 4, repeated UninterpretedOption uninterpreted_option 999
message ServiceOptions: FeatureSet features 34, bool deprecated 33, repeated UninterpretedOption uninterpreted_option 999
message MethodOptions: bool deprecated 33, MethodOptions.IdempotencyLevel idempotency_level 34, FeatureSet features 35, repeated UninterpretedOption uninterpreted_option 999
enum MethodOptions.IdempotencyLevel: IDEMPOTENCY_UNKNOWN 0, NO_SIDE_EFFECTS 1, IDEMPOTENT 2
message UninterpretedOption: repeated UninterpretedOption.NamePart name 2, string identifier_value 3, uint64 positive_int_value 4, int64 negative_int_value 5, double double_value 6, bytes string_value 7, string aggregate_value 8
message UninterpretedOption.NamePart: required string name_part 1, required bool is_extension 2
message FeatureSet: FeatureSet.FieldPresence field_presence 1, FeatureSet.EnumType enum_type 2, FeatureSet.RepeatedFieldEncoding repeated_field_encoding 3, FeatureSet.Utf8Validation utf8_validation 4, FeatureSet.MessageEncoding message_encoding 5, FeatureSet.JsonFormat json_format 6, FeatureSet.EnforceNamingStyle enforce_naming_style 7, FeatureSet.VisibilityFeature.DefaultSymbolVisibility default_symbol_visibility 8, FeatureSet.ProtoLimitsFeature.EnforceProtoLimits enforce_proto_limits 9
message FeatureSet.VisibilityFeature:
enum FeatureSet.VisibilityFeature.DefaultSymbolVisibility: DEFAULT_SYMBOL_VISIBILITY_UNKNOWN 0, EXPORT_ALL 1, EXPORT_TOP_LEVEL 2, LOCAL_ALL 3, STRICT 4
message FeatureSet.ProtoLimitsFeature:
enum FeatureSet.ProtoLimitsFeature.EnforceProtoLimits: PROTO_LIMITS_UNKNOWN 0, LEGACY_NO_EXPLICIT_LIMITS 1, PROTO_LIMITS2026 2
enum FeatureSet.FieldPresence: FIELD_PRESENCE_UNKNOWN 0, EXPLICIT 1, IMPLICIT 2, LEGACY_REQUIRED 3
enum FeatureSet.EnumType: ENUM_TYPE_UNKNOWN 0, OPEN 1, CLOSED 2
enum FeatureSet.RepeatedFieldEncoding: REPEATED_FIELD_ENCODING_UNKNOWN 0, PACKED 1, EXPANDED 2
enum FeatureSet.Utf8Validation: UTF8_VALIDATION_UNKNOWN 0, VERIFY 2, NONE 3
enum FeatureSet.MessageEncoding: MESSAGE_ENCODING_UNKNOWN 0, LENGTH_PREFIXED 1, DELIMITED 2
enum FeatureSet.JsonFormat: JSON_FORMAT_UNKNOWN 0, ALLOW 1, LEGACY_BEST_EFFORT 2
enum FeatureSet.EnforceNamingStyle: ENFORCE_NAMING_STYLE_UNKNOWN 0, STYLE2024 1, STYLE_LEGACY 2, STYLE2026 3
message FeatureSetDefaults: repeated FeatureSetDefaults.FeatureSetEditionDefault defaults 1, Edition minimum_edition 4, Edition maximum_edition 5
message FeatureSetDefaults.FeatureSetEditionDefault: Edition edition 3, FeatureSet overridable_features 4, FeatureSet fixed_features 5
message SourceCodeInfo: repeated SourceCodeInfo.Location location 1
message SourceCodeInfo.Location: repeated packed int32 path 1, repeated packed int32 span 2, string leading_comments 3, string trailing_comments 4, repeated string leading_detached_comments 6
message GeneratedCodeInfo: repeated GeneratedCodeInfo.Annotation annotation 1
message GeneratedCodeInfo.Annotation: repeated packed int32 path 1, string source_file 2, int32 begin 3, int32 end 4, GeneratedCodeInfo.Annotation.Semantic semantic 5
enum GeneratedCodeInfo.Annotation.Semantic: NONE 0, SET 1, ALIAS 2
enum Edition: EDITION_UNKNOWN 0, EDITION_LEGACY 900, EDITION_PROTO2 998, EDITION_PROTO3 999, EDITION_2023 1000, EDITION_2024 1001, EDITION_2026 1002, EDITION_UNSTABLE 9999, EDITION_1_TEST_ONLY 1, EDITION_2_TEST_ONLY 2, EDITION_99997_TEST_ONLY 99997, EDITION_99998_TEST_ONLY 99998, EDITION_99999_TEST_ONLY 99999, EDITION_MAX 2147483647
enum SymbolVisibility: VISIBILITY_UNSET 0, VISIBILITY_LOCAL 1, VISIBILITY_EXPORT 2
`;

/** The scope of all of them. */
const folder = "google/protobuf/";

let known: ReadonlyMap<string, ParsedFile> | undefined;

/** Returns the files by path. */
export function knownFiles(): ReadonlyMap<string, ParsedFile> {
  known ??= new Map(
    declarations
      .trim()
      .split(/^file /m)
      .slice(1)
      .map((text) => [fileOf(text).path, fileOf(text)]),
  );
  return known;
}

function fileOf(text: string): ParsedFile {
  const [head = "", ...lines] = text.trim().split("\n");
  const [path = "", edition, ...imports] = head.split(" ");
  const messages: MutableMessage[] = [];
  const enums: ParsedEnum[] = [];
  const byName = new Map<string, MutableMessage>();
  for (const line of lines) {
    const [, kind, full = "", rest = ""] = /^(\w+) ([\w.]+): ?(.*)$/.exec(line)!;
    const outer = byName.get(full.slice(0, Math.max(0, full.lastIndexOf("."))));
    const name = full.slice(full.lastIndexOf(".") + 1);
    if (kind === "message") {
      const message = messageOf(name, rest);
      (outer?.messages ?? messages).push(message);
      byName.set(full, message);
    } else (outer?.enums ?? enums).push(enumOf(name, rest));
  }
  return {
    path: folder + path,
    package: "google.protobuf",
    edition: edition as "proto2" | "proto3",
    imports: imports.map((each) => ({ path: folder + each, public: false })),
    features: {},
    messages,
    enums,
    services: [],
    extensions: [],
  };
}

interface MutableMessage extends ParsedMessage {
  readonly messages: ParsedMessage[];
  readonly enums: ParsedEnum[];
}

function messageOf(name: string, text: string): MutableMessage {
  const fields = text === "" ? [] : text.split(", ").map(fieldOf);
  const oneofs = [...new Set(fields.flatMap(({ oneof }) => oneof ?? []))].map((each) => ({ name: each }));
  return { name, features: {}, fields, oneofs, messages: [], enums: [] };
}

function fieldOf(text: string): ParsedField {
  const [number = "", name = "", type = "", ...labels] = text.split(" ").reverse();
  const [digits, oneof] = number.split("@");
  const map = /^map<(\w+);(\w+)>$/.exec(type);
  return {
    name,
    number: Number(digits),
    type: map?.[2] ?? type,
    key: map?.[1],
    label: labels.includes("repeated") ? "repeated" : labels.includes("required") ? "required" : undefined,
    packed: labels.includes("packed") || undefined,
    oneof,
    features: {},
  };
}

function enumOf(name: string, text: string): ParsedEnum {
  const values = text.split(", ").map((value) => {
    const [label = "", number] = value.split(" ");
    return { name: label, number: Number(number) };
  });
  return { name, features: {}, values };
}
