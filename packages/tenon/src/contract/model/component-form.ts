import { withInnerTypes } from "./inner-types.js";
import type { Type } from "./model.js";
import { contains } from "./reach.js";

/** The case of an open enum, as WIT has it, that stands for all numbers without a name. */
export const unrecognized = "unrecognized";

/** Whether components may write values of the type in another form. */
export const hasComponentForm: (type: Type) => boolean = contains(
  (type) => type.kind === "map" || type.kind === "json" || (type.kind === "enum" && type.open === true),
);

const forms = new WeakMap<Type, Type>();

/**
 * Returns a type in the form that every component can have: a map as `list<tuple<k, v>>`, a JSON value as `string`, an open
 * enum as a variant with the case `unrecognized(s32)`. Handles and recursive types stay as they are.
 */
export function componentForm(type: Type): Type {
  if (!hasComponentForm(type)) return type;
  let form = forms.get(type);
  if (form === undefined) forms.set(type, (form = outerComponentForm(withInnerTypes(type, componentForm))));
  return form;
}

/** {@link componentForm} without what is inside the type. */
export function outerComponentForm(type: Type): Type {
  switch (type.kind) {
    case "map":
      return { kind: "list", element: { kind: "tuple", items: [type.key, type.value] } };
    case "json":
      return { kind: "string" };
    case "enum": {
      if (type.open !== true) return type;
      const cases = type.cases.map((each) => ({ ...each, type: undefined }));
      return {
        kind: "variant",
        name: type.name,
        cases: [...cases, { name: unrecognized, type: { kind: "s32" } }],
        docs: type.docs,
      };
    }
    default:
      return type;
  }
}
