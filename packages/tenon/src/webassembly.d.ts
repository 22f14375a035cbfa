/**
 * The engine's WebAssembly, which Node's own declarations leave out and the browser's bring with everything else. Source:
 * WebAssembly JavaScript Interface; JavaScript Promise Integration.
 */
declare namespace WebAssembly {
  type ImportValue = CallableFunction | Memory | Table | Global | Tag | number | bigint;
  type ModuleImports = Record<string, ImportValue>;
  type Imports = Record<string, ModuleImports>;
  type ExportValue = CallableFunction | Memory | Table | Global | Tag;
  type Exports = Record<string, ExportValue>;
  type ImportExportKind = "function" | "global" | "memory" | "table" | "tag";

  class Module {
    constructor(bytes: Uint8Array);
    static customSections(module: Module, name: string): ArrayBuffer[];
    static exports(module: Module): { name: string; kind: ImportExportKind }[];
    static imports(module: Module): { module: string; name: string; kind: ImportExportKind }[];
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Table {
    constructor(descriptor: { element: "anyfunc" | "externref"; initial: number; maximum?: number });
    readonly length: number;
    get(index: number): any;
    grow(entries: number, value?: unknown): number;
    set(index: number, value?: unknown): void;
  }
  class Global {
    constructor(descriptor: { value: string; mutable?: boolean }, value?: unknown);
    value: any;
    valueOf(): any;
  }
  class Tag {
    constructor(type: { parameters: string[] });
  }
  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}

  /** An exception that guest code threw. Only where the engine has exception handling. */
  const Exception: undefined | (new (tag: Tag, payload: unknown[]) => Error);
  /** Only where the engine has JavaScript Promise Integration. */
  const Suspending: undefined | (new (target: (...parameters: any[]) => unknown) => CallableFunction);
  const promising: undefined | ((target: CallableFunction) => (...parameters: any[]) => Promise<unknown>);

  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
  function validate(bytes: Uint8Array): boolean;
}
