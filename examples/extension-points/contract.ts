import { contract, t } from "tenon";

/** What a text formatter may do. Which plugins there are, and in which language, is none of the host's business. */
export const formatter = contract("demo:formatter@1.0.0", {
  exports: {
    about: t.func([], t.string),
    format: t.func([["text", t.string]], t.string),
    language: t.func([["text", t.string]], t.option(t.string)),
  },
});
