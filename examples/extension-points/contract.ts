import { contract, t } from "tenon";

/** What a text formatter does. The host does not need to know which plugins there are, or in which language. */
export const formatter = contract("demo:formatter@1.0.0", {
  exports: {
    about: t.func([], t.string),
    format: t.func([["text", t.string]], t.string),
    language: t.func([["text", t.string]], t.option(t.string)),
  },
});
