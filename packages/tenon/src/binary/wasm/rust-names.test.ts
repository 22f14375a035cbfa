import { describe, expect, test } from "vitest";
import { readableName } from "./rust-names.js";

describe("readableName()", () => {
  test.each([
    ["_ZN5proxy4text17h9c6f18ad0627a34fE", "proxy::text"],
    ["_ZN5hello5later28_$u7b$$u7b$closure$u7d$$u7d$17h9c6f18ad0627a34fE", "hello::later::{closure}"],
    ["_ZN92_$LT$proxy..Proxy$u20$as$u20$wasip2..Guest$GT$6handle17h564dfbcde08513c4E", undefined],
    ["_RNvNtCshXfaRvt2tfW_3std7process5abort", "std::process::abort"],
    ["_RNCNvNtCshXfaRvt2tfW_3std9panicking13panic_handler0B5_", "std::panicking::panic_handler::{closure}"],
    ["_RNvCsfLfy6EI15iL_7___rustc10rust_panic", "__rustc::rust_panic"],
    ["_RINvNtCsa_4core3mem4dropNtCsb_5hello5ThingEB3_", "core::mem::drop"],
    ["_RNvXCs1_5helloNtB2_5ThingNtB2_4Noun4name", "<hello::Thing as hello::Noun>::name"],
    ["greet", "greet"],
    ["main.run", "main.run"],
  ])("%s", (name, readable) => {
    if (readable === undefined) expect(readableName(name)).not.toBe("");
    else expect(readableName(name)).toBe(readable);
  });

  test.each([
    "_R",
    "_RNv",
    "_RNvB_4name",
    "_RNvCs_99999999999999999999name",
    "_ZN999aE",
    `_R${"I".repeat(100_000)}`,
    `_RIC1a${"TB5_B5_".repeat(5000)}E`,
    `_RNvC1a${"T".repeat(50_000)}`,
  ])("returns a name that cannot be read as it is: %.40s", (name) => {
    expect(readableName(name)).toBe(name);
  });
});
