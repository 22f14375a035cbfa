/** `tenon.c`: memory of calls, texts, and the imports of the package tenon:guest. */
export const supportLibrary = `#include "tenon_glue.h"

#ifndef TENON_FREESTANDING
#include <stdlib.h>
#include <string.h>
#endif

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))

IMPORT("tenon:guest/settings@0.1.0", "get") extern void get_settings(TenonString *);
IMPORT("tenon:guest/log@0.1.0", "write") extern void write_log(const char *, size_t);
IMPORT("tenon:guest/panic", "report") extern void report_panic(const char *, size_t);

TenonString tenon_settings(void) {
  TenonString text;
  get_settings(&text);
  return text;
}

void tenon_log(TenonString line) { write_log(line.bytes, line.length); }

bool tenon_has_failed;

void tenon_fail(TenonString message) {
  report_panic(message.bytes, message.length);
  tenon_has_failed = true;
}

_Noreturn void tenon_panic(TenonString message) {
  report_panic(message.bytes, message.length);
  __builtin_trap();
}

/* Memory of calls: blocks that are filled from their beginning, of which the first is kept. */

typedef struct Block {
  struct Block *before;
  size_t size;
} Block;

enum { smallest_block = 16 * 1024, widest_type = 16, header_size = (sizeof(Block) + 15) & ~15 };

uint32_t tenon_running_calls;
static Block *block;
static size_t used;

static bool add_block(size_t size) {
  size_t wanted = size < smallest_block ? smallest_block : size;
  if (wanted > SIZE_MAX - header_size) return false;
  Block *added = malloc(header_size + wanted);
  if (added == NULL) return false;
  *added = (Block){block, wanted};
  block = added;
  used = 0;
  return true;
}

static char *start_of(Block *any) { return (char *)any + header_size; }

void *tenon_allocate(size_t size) {
  size_t rounded = (size + widest_type - 1) & ~(size_t)(widest_type - 1);
  if (rounded < size || ((block == NULL || rounded > block->size - used) && !add_block(rounded)))
    tenon_panic(tenon_text("out of memory"));
  void *found = start_of(block) + used;
  used += rounded;
  return found;
}

void tenon_free_call_memory(void) {
  while (block != NULL && (block->before != NULL || block->size > smallest_block)) {
    Block *before = block->before;
    free(block);
    block = before;
  }
  used = 0;
}

// How the host gets memory for what it passes. Source: Component Model, CanonicalABI.md, "realloc".
__attribute__((export_name("cabi_realloc"))) void *tenon_reallocate(void *old, size_t old_size, size_t alignment,
                                                                   size_t size) {
  if (size == 0) return (void *)alignment;
  void *found = tenon_allocate(size);
  if (old_size != 0) memcpy(found, old, old_size < size ? old_size : size);
  return found;
}

TenonString tenon_text(const char *zero_terminated) { return (TenonString){zero_terminated, strlen(zero_terminated)}; }

TenonString tenon_copy(TenonString text) { return tenon_join(text, (TenonString){NULL, 0}); }

TenonString tenon_join(TenonString first, TenonString second) {
  if (first.length > SIZE_MAX - second.length) tenon_panic(tenon_text("out of memory"));
  char *bytes = tenon_allocate(first.length + second.length);
  if (first.length != 0) memcpy(bytes, first.bytes, first.length);
  if (second.length != 0) memcpy(bytes + first.length, second.bytes, second.length);
  return (TenonString){bytes, first.length + second.length};
}

char *tenon_zero_terminated(TenonString text) { return (char *)tenon_join(text, (TenonString){"", 1}).bytes; }

bool tenon_equal(TenonString one, TenonString other) {
  return one.length == other.length && (one.length == 0 || memcmp(one.bytes, other.bytes, one.length) == 0);
}
`;
