import type { Edition, Features } from "./parsed-file.js";

const ofEditions: Readonly<Record<Edition, Features>> = {
  proto2: { presence: "explicit", enums: "closed", repeated: "expanded", messages: "prefixed" },
  proto3: { presence: "implicit", enums: "open", repeated: "packed", messages: "prefixed" },
  "2023": { presence: "explicit", enums: "open", repeated: "packed", messages: "prefixed" },
  "2024": { presence: "explicit", enums: "open", repeated: "packed", messages: "prefixed" },
};

/** Returns what holds in a file of this edition unless an option says otherwise. */
export function editionFeatures(edition: Edition): Features {
  return ofEditions[edition];
}

const values = {
  field_presence: ["presence", { EXPLICIT: "explicit", IMPLICIT: "implicit", LEGACY_REQUIRED: "required" }],
  enum_type: ["enums", { OPEN: "open", CLOSED: "closed" }],
  repeated_field_encoding: ["repeated", { PACKED: "packed", EXPANDED: "expanded" }],
  message_encoding: ["messages", { LENGTH_PREFIXED: "prefixed", DELIMITED: "delimited" }],
} as const;

/** Reads the options of a `FeatureSet` by their names in descriptor.proto. Those that change no bytes and no types are left out. */
export function readFeatures(options: Readonly<Record<string, unknown>>): Partial<Features> {
  const features: Record<string, string> = {};
  for (const [option, [feature, names]] of Object.entries(values)) {
    const value = (names as Readonly<Record<string, string>>)[String(options[option])];
    if (value !== undefined) features[feature] = value;
  }
  return features as Partial<Features>;
}
