/** What a template is filled with. */
export interface TemplateValues {
  /** The plugin's or program's name. */
  readonly name: string;
  /** The version of tenon that it is written for. */
  readonly tenon: string;
}

/** The files of a new plugin or host: paths relative to its folder, and their texts. */
export type Template = (values: TemplateValues) => Readonly<Record<string, string>>;

/** An object as the text of a JSON file. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
