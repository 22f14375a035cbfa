/** The parts of a hostile guest. Everything that is not given is as in a well-behaved guest. */
export interface Guest {
  /** Core instructions of `run`, which leave its core results on the stack. */
  readonly body: string;
  /** Core results of `run`. */
  readonly results?: string;
  /** Core parameters of `run`. */
  readonly parameters?: string;
  /** Parameters and result of `run` in the component. */
  readonly type?: string;
  /** Definitions of the core module: functions, globals, tables, data, a start function. */
  readonly definitions?: string;
  /** Core instructions of `realloc`: `$old $oldSize $alignment $size`, one i32 left on the stack. */
  readonly realloc?: string;
  /** Core instructions of the post-return function, whose parameter is the core result. */
  readonly postReturn?: string;
  /** The core module's memory. */
  readonly memory?: string;
  /** Definitions of the component before the core instance: imports, types, canonical functions. */
  readonly before?: string;
  /** What the core module is instantiated with. */
  readonly with?: string;
  readonly encoding?: "utf8" | "utf16" | "latin1+utf16";
}

/** A component whose export `run` does something that it must not. */
export function guest(parts: Guest): string {
  const { results = "", parameters = "", postReturn } = parts;
  const post = postReturn === undefined ? "" : `(func (export "post") (param i32) ${postReturn})`;
  return `(component
  ${parts.before ?? ""}
  (core module $module
    ${parts.definitions ?? ""}
    (memory (export "memory") ${parts.memory ?? "1"})
    (func (export "realloc") (param $old i32) (param $oldSize i32) (param $alignment i32) (param $size i32) (result i32)
      ${parts.realloc ?? "(i32.const 1024)"})
    (func (export "run") ${parameters} ${results === "" ? "" : `(result ${results})`} ${parts.body})
    ${post})
  (core instance $instance (instantiate $module ${parts.with ?? ""}))
  (func (export "run") ${parts.type ?? ""}
    (canon lift (core func $instance "run") (memory (core memory $instance "memory"))
      (realloc (core func $instance "realloc")) string-encoding=${parts.encoding ?? "utf8"}
      ${postReturn === undefined ? "" : '(post-return (core func $instance "post"))'})))`;
}

/** Core instructions that store a pair at 0 and return 0: a string or a list in memory. */
export function pair(pointer: number, length: number): string {
  return `(i32.store (i32.const 0) (i32.const ${pointer | 0})) (i32.store (i32.const 4) (i32.const ${length | 0})) (i32.const 0)`;
}
