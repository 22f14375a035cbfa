import { contract, t } from "tenon";

export const mailer = contract("demo:mailer@1.0.0", {
  exports: { signature: t.func([["author", t.string]], t.string) },
});
