import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect, it } from "vitest";
import { contractFromWit } from "../../../../contract/index.js";
import { createHost } from "../../../../index.js";

const _hasGo = spawnSync("go", ["version"]).status === 0;

const wit = `package demo:waits@1.0.0;

interface host {
  ask: async func(question: string) -> string;
  now: func(text: string) -> string;
}

world waits {
  import host;
  export plain: func(number: u32) -> u32;
  export ask: async func(question: string) -> string;
  export ask-at-once: async func(questions: list<string>) -> list<string>;
  export nap: async func(milliseconds: u32) -> u32;
  export wait: async func() -> string;
  export release: func(word: string);
  export until-cancelled: async func();
  export cancelled: func() -> u32;
  export panics: async func() -> u32;
  export words: func(count: u32) -> stream<string>;
  export join: async func(words: stream<string>) -> string;
  export pass: async func(words: stream<string>) -> stream<string>;
  export first-of: async func(words: stream<string>) -> tuple<string, stream<string>>;
  export ticks: async func() -> stream;
  export nested: async func() -> stream<stream<u8>>;
  export maybe: async func(give: bool) -> tuple<option<future<list<string>>>>;
  export wide: async func(a: u64, b: string, c: string, d: f64) -> tuple<string, u64, f64, string, list<u8>, option<string>, string, string, string>;
  export shout: async func(text: string) -> string;
  export whisper: func(text: string) -> string;
  export spin: async func(rounds: u32) -> u32;
}
`;

const plugin = `package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"time"
)

type Plugin struct {
	gate      chan string
	cancelled uint32
}

func (*Plugin) Plain(number uint32) uint32 { return number + 1 }

func (*Plugin) Ask(question string) string { return Host.Ask(question) }

func (*Plugin) AskAtOnce(questions []string) []string {
	answers := make([]string, len(questions))
	var all sync.WaitGroup
	for index, question := range questions {
		all.Add(1)
		go func() {
			defer all.Done()
			answers[index] = Host.Ask(question)
		}()
	}
	all.Wait()
	return answers
}

func (*Plugin) Nap(milliseconds uint32) uint32 {
	time.Sleep(time.Duration(milliseconds) * time.Millisecond)
	return milliseconds
}

func (p *Plugin) Wait() string {
	p.gate = make(chan string)
	return <-p.gate
}

func (p *Plugin) Release(word string) { go func() { p.gate <- word }() }

func (p *Plugin) UntilCancelled(ctx context.Context) {
	<-ctx.Done()
	p.cancelled++
}

func (p *Plugin) Cancelled() uint32 { return p.cancelled }
func (*Plugin) Panics() uint32      { time.Sleep(1); panic("on purpose") }

func (*Plugin) Words(count uint32) *Stream[string] {
	return NewStream(func(yield func(string) bool) {
		for index := range count {
			if !yield(fmt.Sprint("word ", index)) {
				return
			}
		}
	})
}

func (*Plugin) Join(words *Stream[string]) string {
	var all []string
	for word := range words.All() {
		all = append(all, word)
	}
	if err := words.Err(); err != nil {
		return "broken after " + fmt.Sprint(len(all))
	}
	return strings.Join(all, ",")
}

func (*Plugin) Pass(words *Stream[string]) *Stream[string] { return words }

func (*Plugin) FirstOf(words *Stream[string]) Tuple2[string, *Stream[string]] {
	word, _ := words.Next()
	return Tuple2[string, *Stream[string]]{word, words}
}

func (*Plugin) Ticks() *Stream[struct{}] {
	return NewStream(func(yield func(struct{}) bool) {
		for range 3 {
			time.Sleep(time.Millisecond)
			yield(struct{}{})
		}
	})
}

func (*Plugin) Nested() *Stream[*Stream[byte]] {
	return NewStream(func(yield func(*Stream[byte]) bool) {
		for _, text := range []string{"one", "two"} {
			yield(NewByteStream(io.NopCloser(bytes.NewReader([]byte(text)))))
		}
	})
}

func (*Plugin) Maybe(give bool) (maybe Tuple1[*Future[[]string]]) {
	if give {
		maybe.F0 = NewFuture(func() []string { return []string{"a", strings.Repeat("b", 5000)} })
	}
	return maybe
}

func (*Plugin) Wide(a uint64, b, c string, d float64) Tuple9[string, uint64, float64, string, []byte, *string, string, string, string] {
	return Tuple9[string, uint64, float64, string, []byte, *string, string, string, string]{b, a, d, c, []byte(b), &c, "7", "8", "9"}
}

func (*Plugin) Shout(text string) (shouted string) {
	defer func() {
		if failed, is := recover().(*HostError); is {
			shouted = "recovered: " + failed.Error()
		}
	}()
	return Host.Ask(text)
}

func (*Plugin) Whisper(text string) string { return Host.Now(text) }

func (*Plugin) Spin(rounds uint32) uint32 {
	for range rounds {
		runtime.Gosched()
	}
	return rounds
}
`;

const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

async function* texts(...all: string[]) {
  for (const text of all) {
    await later(1);
    yield text;
  }
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of stream) list.push(item);
  return list;
}

needs(missing.go()).describe("a plugin in Go, inline,", () => {
  let folder = "";
  const host = createHost();
  let exports: any;
  let opened: any;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tenon-go-waits-"));
    await writeFile(join(folder, "plugin.wit"), wit);
    await writeFile(join(folder, "plugin.go"), plugin);
    opened = await host.open(
      folder,
      contractFromWit(wit) as any,
      {
        place: "inline",
        imports: {
          host: {
            ask: async (question: string) => {
              if (question === "now!") throw new Error("too loud at once");
              await later(question.length);
              if (question === "later!") throw new Error("too loud");
              return `${question}?`;
            },
            now(text: string) {
              if (text === "!") throw new Error("too loud");
              return text;
            },
          },
        },
      } as any,
    );
    exports = opened.exports;
  }, 120_000);
  afterAll(async () => {
    await host.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("waits for the host without blocking its thread, in many concurrent calls and goroutines", async () => {
    const questions = Array.from({ length: 40 }, (_, index) => "é".repeat(40 - index));
    const answers = questions.map((question) => `${question}?`);
    expect(await Promise.all(questions.map((question) => exports.ask(question)))).toEqual(answers);
    const both = [exports.askAtOnce(questions), exports.plain(1)] as const;
    expect(await both[1]).toBe(2);
    expect(await both[0]).toEqual(answers);
  });

  it("sleeps without blocking the host's thread", async () => {
    const order: number[] = [];
    await Promise.all([400, 1, 200].map((time) => exports.nap(time).then((slept: number) => order.push(slept))));
    expect(order).toEqual([1, 200, 400]);
  });

  it("resumes when a synchronous function unblocks it", async () => {
    const waiting = exports.wait();
    await exports.release("now");
    expect(await waiting).toBe("now");
  });

  it("learns from its context that a call is cancelled", async () => {
    const controller = new AbortController();
    const call = opened.with({ signal: controller.signal }).untilCancelled();
    await exports.plain(1);
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
    expect(await exports.cancelled()).toBe(1);
  });

  it("survives a panic in a call that has waited", async () => {
    const kept = exports.nap(20);
    await expect(exports.panics()).rejects.toMatchObject({
      code: "TENON_CALL_THREW",
      message: expect.stringContaining("on purpose"),
      pluginStack: expect.stringContaining("plugin.go"),
    });
    expect(await kept).toBe(20);
  });

  it("gets failures of host functions as panics, which it may recover from", async () => {
    expect(await exports.shout("later!")).toContain("recovered: ");
    expect(await exports.shout("now!")).toContain("too loud at once");
    await expect(exports.ask("later!")).rejects.toMatchObject({
      code: "TENON_IMPORT_THREW",
      message: expect.stringContaining("too loud"),
    });
    await expect(exports.whisper("!")).rejects.toMatchObject({ code: "TENON_IMPORT_THREW" });
    expect(await exports.whisper("hm")).toBe("hm");
    expect(await exports.ask("well")).toBe("well?");
  });

  it("writes and reads streams, passes them on, and returns the rest", async () => {
    const words = Array.from({ length: 200 }, (_, index) => `word ${index}`);
    expect(await collect(await exports.words(200))).toEqual(words);
    expect(await exports.join(texts("one", "zwei €", "x".repeat(9000)))).toBe(`one,zwei €,${"x".repeat(9000)}`);
    expect(await collect(await exports.pass(texts("a", "b")))).toEqual(["a", "b"]);
    const [first, rest] = await exports.firstOf(texts("a", "b", "c"));
    expect([first, ...(await collect(rest))]).toEqual(["a", "b", "c"]);
    expect(await collect(await exports.ticks())).toEqual([undefined, undefined, undefined]);
    const nested: string[] = [];
    for await (const inner of await exports.nested())
      nested.push(Buffer.concat((await collect(inner as AsyncIterable<Uint8Array>)) as Uint8Array[]).toString());
    expect(nested).toEqual(["one", "two"]);
  });

  it("gets the error of a stream of the host that fails", async () => {
    async function* broken() {
      yield* texts("a", "b");
      throw new Error("no more");
    }
    expect(await exports.join(broken())).toBe("broken after 2");
  });

  it("passes optional futures, and results and parameters that are not passed flat", async () => {
    expect(await exports.maybe(false)).toEqual([undefined]);
    const [future] = await exports.maybe(true);
    expect(await future).toEqual(["a", "b".repeat(5000)]);
    expect(await exports.wide(1n, "b", "c", 1.5)).toEqual([
      "b",
      1n,
      1.5,
      "c",
      new Uint8Array([98]),
      "c",
      "7",
      "8",
      "9",
    ]);
  });

  it("lets the host keep running while it is never idle", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    expect(await exports.spin(200_000)).toBe(200_000);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});
