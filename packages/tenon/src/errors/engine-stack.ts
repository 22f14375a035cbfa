const engineGetter = Object.getOwnPropertyDescriptor(new Error(), "stack")?.get;

/** Whether a getter is the engine's own one of an error's stack, in versions that have one: calling it runs nothing else. */
export function isEngineStack(getter: (() => unknown) | undefined): getter is () => unknown {
  return getter !== undefined && getter === engineGetter;
}

/** Returns an error's stack, if reading it runs no getter but the engine's. */
export function ownStack(error: object): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(error, "stack");
  return isEngineStack(descriptor?.get) ? descriptor.get.call(error) : descriptor?.value;
}
