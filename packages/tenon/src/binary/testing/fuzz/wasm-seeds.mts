import { assembler, component, leb, module, paddedLeb, signedLeb } from "../assembler.mjs";
import { moduleWithDebugData, sampleSections } from "../dwarf-sections.mjs";

/** Small modules and components with every kind of section; once plain, and once with counts that fill five bytes each. */
export function wasmSeeds(): { name: string; bytes: Uint8Array }[] {
  return [...seedsOf("wasm", leb), ...seedsOf("wasm-padded", paddedLeb)];
}

function seedsOf(kind: string, size: (value: number) => number[]): { name: string; bytes: Uint8Array }[] {
  const { name, list, section, custom } = assembler(size);
  const types = list(
    [0x60, ...list([0x7f], [0x7e]), ...list([0x7d])],
    [0x60, 0, 0],
    [0x4e, ...list([0x50, 0, 0x5f, ...list([0x7f, 1], [0x63, 0, 0])], [0x5e, 0x6d, 1])],
  );
  const imports = list(
    [...name("wasi_snapshot_preview1"), ...name("fd_write"), 0, 1],
    [...name("host"), ...name("level"), 3, 0x7f, 0],
    [...name("host"), ...name("table"), 1, 0x70, 1, 1, 9],
  );
  const globals = list(
    [0x7f, 0, 0x41, ...signedLeb(1024), 0x0b],
    [0x7e, 1, 0x42, ...signedLeb(-5n), 0x0b],
    [0x70, 0, 0xd2, 0, 0x0b],
  );
  const data = list(
    [0, 0x41, ...signedLeb(64), 0x0b, ...name("some data that is in memory")],
    [0, 0x23, 1, 0x41, 8, 0x6a, 0x0b, ...name("more of it")],
    [1, ...name("passive")],
    [2, 0, 0x41, 0, 0x0b, ...name("first")],
  );
  const producers = list([...name("language"), ...list([...name("Go"), ...name("go1.26.8")])]);
  const features = list([0x2b, ...name("bulk-memory")], [0x2d, ...name("shared-mem")]);
  const nameList = list([0, ...name("log")], [1, ...name("sum")]);
  const functionNames = [1, ...size(nameList.length), ...nameList];
  const whole = module(
    section(1, types),
    section(2, imports),
    section(3, list([0], [1])),
    section(4, list([0x70, 0, 1], [0x40, 0, 0x70, 0, 1, 0xd0, 0x70, 0x0b])),
    section(5, list([1, 1, 16])),
    section(6, globals),
    section(7, list([...name("sum"), 0, 1], [...name("memory"), 2, 0])),
    section(8, [2]),
    section(12, [4]),
    section(10, list([7, 0, 0x43, 0, 0, 0, 0, 0x0b], [2, 0, 0x0b])),
    section(11, data),
    custom("name", functionNames),
    custom("producers", producers),
    custom("target_features", features),
  );
  const wide = module(
    section(5, list([5, 1, ...leb(2n ** 40n)])),
    section(11, list([0, 0x42, 16, 0x0b, ...name("wide")])),
  );
  const nested = component(
    section(10, list([0, ...name("wasi:io/poll@0.2.3"), 5, 0], [0, ...name("core"), 0, 0x11, 0])),
    section(1, [...whole]),
    section(4, [...component(section(1, [...wide]))]),
    section(
      10,
      list([1, ...name("type"), 3, 0, 1], [0, ...name("resource"), 3, 1], [0, ...name("number"), 2, 1, 0x79]),
    ),
    section(11, list([0, ...name("demo:greeter/api@1.0.0"), 5, 0, 0], [0, ...name("greet"), 1, 3, 1, 1, 7])),
    custom("producers", producers),
  );
  return [
    { name: `${kind}-whole`, bytes: whole },
    { name: `${kind}-wide`, bytes: wide },
    { name: `${kind}-component`, bytes: nested },
    ...([4, 5] as const).map((version) => ({
      name: `${kind}-dwarf-${version}`,
      bytes: moduleWithDebugData(sampleSections(version)),
    })),
  ];
}
