import type { FunctionType, Type } from "../../../../contract/core.js";
import { plus, zero } from "./expressions.js";
import type { FunctionShape } from "./flatten.js";
import { layoutOf } from "./layout.js";
import type { ValueSource } from "./value-source.js";

/** The statements that lower the parameters, and the core values that they produce. */
export function lowerParameters(
  values: ValueSource,
  type: FunctionType,
  shape: FunctionShape,
  names: readonly string[],
): { lowering: string; passed: readonly string[] } {
  const { parameterLayout: layout } = shape;
  if (shape.parametersInMemory) {
    const stores = type.parameters.map((parameter, index) =>
      values.store(parameter.type, names[index]!, plus("a0", layout.offsets[index]!)),
    );
    return {
      lowering: `const a0 = memory.allocate(${layout.alignment}, ${layout.size});\n${stores.join("\n")}`,
      passed: ["a0"],
    };
  }
  const passed: string[] = [];
  const statements: string[] = [];
  for (const [index, parameter] of type.parameters.entries()) {
    const name = names[index]!;
    const direct = numberExpression(parameter.type.kind, name);
    if (direct !== undefined) {
      passed.push(direct);
      continue;
    }
    const { flat } = layoutOf(parameter.type);
    const slots = flat.map((_, at) => `a${passed.length + at}`);
    statements.push(
      ...slots.map((slot, at) => `let ${slot} = ${zero(flat[at]!)};`),
      values.lower(parameter.type, name, slots),
    );
    passed.push(...slots);
  }
  return { lowering: statements.join("\n"), passed };
}

/** Numbers need no statement of their own. */
function numberExpression(kind: string, name: string): string | undefined {
  switch (kind) {
    case "bool":
      return `${name} ? 1 : 0`;
    case "u8":
    case "s8":
    case "u16":
    case "s16":
    case "u32":
    case "s32":
      return `${name} | 0`;
    case "u64":
    case "s64":
    case "f32":
    case "f64":
      return name;
    default:
      return undefined;
  }
}

/** Statements that lift `r` to `v`, and set `isError` where the type is a result and this its error case. */
export function liftResult(values: ValueSource, type: FunctionType, inMemory: boolean): string {
  const { result } = type;
  if (result === undefined) return "";
  const { size, alignment } = layoutOf(result);
  const prepare = inMemory ? `r >>>= 0; memory.check(r, ${alignment}, ${size});` : "";
  const value = inMemory ? values.load(result, "r") : values.lift(result, ["r"]);
  return `${prepare} v = ${value}; ${unwrap(result)}`;
}

/** Statements that unwrap a `result`: `v` becomes the payload of its ok case, which may itself be a `result`. */
export function unwrap(type: Type | undefined): string {
  if (type?.kind !== "result") return "";
  const inner = unwrap(type.ok);
  return `isError = v.tag === "err"; v = v.val; ${inner === "" ? "" : `if (!isError) { ${inner} }`}`;
}
