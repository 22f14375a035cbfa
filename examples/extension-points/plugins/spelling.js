// This one fails when it is called: its dictionary was never installed.
import { readFileSync } from "node:fs";

export const about = () => "spelling: corrects what the dictionary knows";

export function format(text) {
  const dictionary = JSON.parse(readFileSync(new URL("./dictionary.json", import.meta.url), "utf8"));
  return text.replace(/\w+/g, (word) => dictionary[word] ?? word);
}

export const language = () => undefined;
