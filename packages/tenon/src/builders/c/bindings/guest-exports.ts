import type { TextWriter } from "../../../contract/formats/text-writer.js";

/** Functions of `tenon.h` that an author may define, and the core export of each. */
const offered = [
  {
    name: "tenon_save",
    exported: "tenon:guest/state@0.1.0#save",
    head: "int32_t tenon_export_save(void)",
    result: "TenonString result",
    call: "tenon_save()",
  },
  {
    name: "tenon_restore",
    exported: "tenon:guest/state@0.1.0#restore",
    head: "int32_t tenon_export_restore(const char *bytes, size_t length)",
    result: "TenonOutcome result",
    call: "(tenon_receive(bytes, length), tenon_restore((TenonString){bytes, length}))",
  },
  {
    name: "tenon_check_health",
    exported: "tenon:guest/health@0.1.0#check",
    head: "int32_t tenon_export_check_health(void)",
    result: "TenonOutcome result",
    call: "tenon_check_health()",
  },
] as const;

/** Writes the exports of the package tenon:guest for state and health, if the author defines the functions. */
export function guestExports(text: TextWriter, defines: (name: string) => boolean): void {
  for (const { name, exported, head, result, call } of offered) {
    if (!defines(name)) continue;
    text.gap().line(`__attribute__((export_name("${exported}")))`);
    text.block(`${head} {`, () => {
      text.line("tenon_begin_call();").line(`static ${result};`).line(`result = ${call};`);
      text.line("tenon_end_failed_call();").line("return (int32_t)&result;");
    });
    text.line(`__attribute__((export_name("cabi_post_${exported}")))`);
    text.line(
      `void ${head.slice("int32_t ".length, head.indexOf("("))}_after(int32_t result) { (void)result; tenon_end_call(); }`,
    );
  }
}
