/** The values that a template needs. */
export interface TemplateValues {
  /** The plugin's or program's name. */
  readonly name: string;
  /** The version of tenon that it is written for. */
  readonly tenon: string;
}

/** Returns the files of a new plugin or host: their content, by path relative to its folder. */
export type Template = (values: TemplateValues) => Readonly<Record<string, string>>;

/** Returns an object as the content of a JSON file. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
