/** The part of the global `WebAssembly` that tests use: its types belong to the DOM library, which is not loaded. */
interface Engine {
  readonly Module: {
    new (bytes: Uint8Array): object;
    imports(module: object): { module: string; name: string; kind: string }[];
    exports(module: object): { name: string; kind: string }[];
    customSections(module: object, name: string): ArrayBuffer[];
  };
  readonly Instance: new (
    module: object,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: Record<string, { readonly buffer: ArrayBuffer }> };
  validate(bytes: Uint8Array): boolean;
}

export const engine = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;
