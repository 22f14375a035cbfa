const repeat = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join("\n");
const inInterface = (text: string) => `package a:b@1.0.0; interface i { ${text} } world w { export i; }`;

/** Contracts of a size, each with another part that grows. */
export const shapes: Readonly<Record<string, (size: number) => string>> = {
  "many records and functions": (n) =>
    inInterface(
      `${repeat(n, (i) => `record r${i} { x: u8, y: list<string> }`)} ${repeat(n, (i) => `call${i}: func(x: r${i}) -> option<r${(i * 7) % n}>;`)}`,
    ),
  "one large record": (n) =>
    inInterface(`record r { ${repeat(n, (i) => `field${i}: option<u8>,`)} } call: func(x: r) -> r;`),
  "one large enum": (n) => inInterface(`enum e { ${repeat(n, (i) => `case${i},`)} } call: func(x: e) -> e;`),
  "a large type that every function uses": (n) =>
    inInterface(
      `${repeat(n, (i) => `record r${i} { x: u8 }`)} variant v { ${repeat(n, (i) => `case${i}(r${i}),`)} } ${repeat(n, (i) => `call${i}: func(x: v) -> v;`)}`,
    ),
  "records that use each other on ten levels": (n) =>
    inInterface(
      `${repeat(n, (i) => `record r${i} { x: ${i < n / 10 ? "u8" : `r${Math.floor(i - n / 10)}`}, y: u8 }`)} ${repeat(n, (i) => `call${i}: func(x: r${i}) -> r${n - 1};`)}`,
    ),
  "many resources": (n) =>
    inInterface(repeat(n, (i) => `resource r${i} { constructor(); next: func() -> r${(i + 1) % n}; }`)),
  "many interfaces that share a large type": (n) =>
    `package a:b@1.0.0; interface types { ${repeat(n, (i) => `record r${i} { x: u8 }`)} variant v { ${repeat(n, (i) => `case${i}(r${i}),`)} } }
${repeat(n, (i) => `interface i${i} { use types.{v}; call: func(x: v) -> v; }`)} world w { ${repeat(n, (i) => `export i${i};`)} }`,
  "many functions of the world itself": (n) =>
    `package a:b@1.0.0; world w { ${repeat(n, (i) => `record r${i} { x: u8 } export call${i}: func(x: r${i}) -> r${i};`)} }`,
  "many resources of the host": (n) =>
    `package a:b@1.0.0; interface i { ${repeat(n, (i) => `resource r${i} { constructor(); next: func() -> r${(i + 1) % n}; see: static func(x: borrow<r${i}>); }`)} } world w { import i; export run: func(); }`,
  "one resource with many methods": (n) =>
    inInterface(`resource r { ${repeat(n, (i) => `call${i}: func(x: u8) -> string;`)} }`),
  "many variants": (n) =>
    inInterface(
      repeat(
        n,
        (i) =>
          `variant v${i} { a(result<u8, string>), b(option<option<u8>>), c } call${i}: func(x: v${i}) -> result<v${i}, string>;`,
      ),
    ),
  "many packages": (n) =>
    `package a:b@1.0.0; world w { ${repeat(n, (i) => `export c:p${i}/i;`)} } ${repeat(n, (i) => `package c:p${i} { interface i { call: func(); } }`)}`,
  "many parameters": (n) => inInterface(`call: func(${repeat(n, (i) => `p${i}: u8,`)}) -> u8;`),
};

/** Contracts whose parts are in each other, which is limited. */
export const deepShapes: Readonly<Record<string, (size: number) => string>> = {
  "aliases of aliases": (n) =>
    inInterface(`type a0 = u8; ${repeat(n, (i) => `type a${i + 1} = a${i};`)} call: func(x: a${n});`),
  "aliases of aliases, the last one first": (n) =>
    inInterface(`${repeat(n, (i) => `type a${i} = a${i + 1};`)} type a${n} = u8; call: func(x: a0);`),
  "records in records": (n) =>
    inInterface(`record r0 { x: u8 } ${repeat(n, (i) => `record r${i + 1} { x: r${i} }`)} call: func(x: r${n});`),
  "lists of lists": (n) => inInterface(`call: func(x: ${"list<".repeat(n)}u8${">".repeat(n)});`),
  "tuples that are not closed": (n) => inInterface(`call: func(x: ${"tuple<".repeat(n)}u8`),
  "interfaces that use each other": (n) =>
    `package a:b@1.0.0; interface i0 { record r { x: u8 } } ${repeat(n, (i) => `interface i${i + 1} { use i${i}.{r}; call: func(x: r); }`)} world w { export i${n}; }`,
  "worlds that include each other": (n) =>
    `package a:b@1.0.0; world w { include w0; } ${repeat(n, (i) => `world w${i} { include w${i + 1}; }`)} world w${n} { export call: func(); }`,
};
