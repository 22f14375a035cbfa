import { contract, t } from "tenon";

const Box = t.resource("box", {
  constructs: [],
  methods: { get: t.func([["call", t.u32]], t.u32, { async: true }) },
});

/** What the plugin of the campaigns does. Every call has a number, and the plugin reports each that it runs. */
export const numbered = contract("tenon:numbered-calls@1.0.0", {
  imports: { ran: t.func([["call", t.u32]]) },
  exports: {
    boxes: t.interface({ Box }),
    bump: t.func([["call", t.u32]], t.u32, { async: true }),
    total: t.func([], t.u32),
    count: t.func(
      [
        ["call", t.u32],
        ["length", t.u32],
      ],
      t.stream(t.u32),
      { async: true },
    ),
  },
});

/** The same without the host's functions: the plugin writes the numbers to a file, which outlives every process. */
export const written = contract("tenon:written-calls@1.0.0", {
  exports: { work: t.func([["call", t.u32]], t.u32, { async: true }) },
});
