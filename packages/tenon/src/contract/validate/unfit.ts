/** What a checked copy returns for a value that does not have its type. */
export const unfit: unique symbol = Symbol("unfit");
