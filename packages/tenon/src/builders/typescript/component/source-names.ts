/** What the names of files look like that make a folder source of this builder, if no manifest names an entry. */
export const sourceNames: readonly RegExp[] = [];
