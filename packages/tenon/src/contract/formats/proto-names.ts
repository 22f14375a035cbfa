import type { Contract, FunctionType, ResourceType } from "../model/model.js";
import { docLines, type TextWriter } from "./text-writer.js";

/** `demo:text-tools@1.2.0` → `demo.text_tools.v1`. */
export function packageName({ namespace, package: name, version }: Contract): string {
  const major = version === undefined ? undefined : /^\d+/.exec(version)?.[0];
  return [snake(namespace), snake(name), ...(major === undefined ? [] : [`v${major}`])].join(".");
}

export function snake(name: string): string {
  return name.replaceAll("-", "_").toLowerCase();
}

export function comment(writer: TextWriter, docs: string | undefined): void {
  if (docs !== undefined && docs.trim() !== "") for (const line of docLines(docs)) writer.line(`// ${line}`.trimEnd());
}

/** A function of a service, before it has its names. */
export interface ProtoFunction {
  /** In kebab-case: `greet`, `counter-add`. */
  readonly name: string;
  /** The name in messages. */
  readonly label: string;
  readonly type: FunctionType;
  readonly resource: ResourceType | undefined;
  readonly kind: "function" | "constructor" | "method" | "static" | "drop";
}
