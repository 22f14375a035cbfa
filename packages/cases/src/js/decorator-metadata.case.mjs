// emitDecoratorMetadata: esbuild cannot record the types of decorated members, so a check says so.
import { check, contract, t } from "tenon";
import { done, expect } from "../case.mjs";
import { folderOf } from "./folder.mjs";

const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });
const { file, remove } = folderOf({
  "tsconfig.json": '{ "compilerOptions": { "experimentalDecorators": true, "emitDecoratorMetadata": true } }',
  "plugin.ts":
    "const d: any = () => {}; class A { @d name!: string } export const run = (x: string) => x + new A().name;",
});
const { verdict, findings } = await check(file("plugin.ts"), one);
expect("verdict", verdict, "fits");
expect(
  "findings",
  findings.filter(({ severity }) => severity === "warning").map(({ code }) => code),
  ["TENON_DECORATOR_METADATA"],
);
remove();
done();
