import type { MessageSchema, ScalarName } from "./schema.js";

/** A message of google/protobuf that becomes something else than a record. */
export type SpecialForm =
  | { readonly kind: "struct" | "value" | "list" | "empty" }
  | { readonly kind: "wrapper"; readonly scalar: ScalarName };

const forms: ReadonlyMap<string, SpecialForm> = new Map<string, SpecialForm>([
  ["Struct", { kind: "struct" }],
  ["Value", { kind: "value" }],
  ["ListValue", { kind: "list" }],
  ["Empty", { kind: "empty" }],
  ...(["Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes"] as const).map(
    (name): [string, SpecialForm] => [`${name}Value`, { kind: "wrapper", scalar: name.toLowerCase() as ScalarName }],
  ),
]);

/** Returns what a message becomes instead of a record: JSON, one value, or nothing at all. */
export function specialForm({ name }: MessageSchema): SpecialForm | undefined {
  return name.startsWith("google.protobuf.") ? forms.get(name.slice(16)) : undefined;
}
