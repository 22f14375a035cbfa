/** A JSON value as `JSON.parse` returns it. Numbers are finite. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
