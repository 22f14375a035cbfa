import type { EnumType, OptionType, ResultType, Type, VariantType } from "../../../../contract/core.js";

/** The types that the canonical ABI treats as variants. */
export type ChoiceType = VariantType | EnumType | OptionType | ResultType;

/** One case of a variant, enum, option or result, with the source code that handles its values in JavaScript. */
export interface Alternative {
  /** The type of the payload, if the case has one. */
  readonly type: Type | undefined;
  /** An expression: whether the value is of this case. */
  readonly test: (value: string) => string;
  /** An expression: the payload of the value. */
  readonly payload: (value: string) => string;
  /** An expression: a value of this case with the payload. */
  readonly make: (payload: string | undefined) => string;
}

/** The cases in the order of their discriminants. */
export function alternativesOf(type: ChoiceType): readonly Alternative[] {
  switch (type.kind) {
    case "variant":
      return type.cases.map((item) => tagged(item.name, item.type));
    case "result":
      return [tagged("ok", type.ok), tagged("err", type.err)];
    case "enum": {
      const named = type.cases.map(({ name }): Alternative => {
        const text = JSON.stringify(name);
        return {
          type: undefined,
          test: (value) => `${value} === ${text}`,
          payload: () => "undefined",
          make: () => text,
        };
      });
      return type.open === true ? [...named, unrecognized] : named;
    }
    case "option":
      if (type.some.kind === "option") return [tagged("none", undefined), tagged("some", type.some)];
      return [
        {
          type: undefined,
          test: (value) => `${value} === undefined`,
          payload: () => "undefined",
          make: () => "undefined",
        },
        {
          type: type.some,
          test: (value) => `${value} !== undefined`,
          payload: (value) => value,
          make: (payload) => payload ?? "undefined",
        },
      ];
  }
}

/** What an open enum has for a number without a name. */
const unrecognized: Alternative = {
  type: { kind: "s32" },
  test: (value) => `typeof ${value} === "number"`,
  payload: (value) => value,
  make: (payload) => payload ?? "0",
};

function tagged(name: string, type: Type | undefined): Alternative {
  const text = JSON.stringify(name);
  return {
    type,
    test: (value) => `${value}.tag === ${text}`,
    payload: (value) => `${value}.val`,
    make: (payload) => (payload === undefined ? `{ tag: ${text} }` : `{ tag: ${text}, val: ${payload} }`),
  };
}
