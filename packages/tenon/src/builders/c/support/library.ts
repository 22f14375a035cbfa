/** `tenon.c`: memory of calls, strings, and the imports of the package tenon:guest. */
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
  tenon_receive(text.bytes, text.length);
  return text;
}

void tenon_log(TenonString line) { write_log(line.bytes, line.length); }

bool tenon_has_failed;

_Noreturn void tenon_panic(TenonString message) {
  report_panic(message.bytes, message.length);
  __builtin_trap();
}

/* Memory of calls: arenas of blocks that are filled from the start. One spare arena is kept, with its first block. */

typedef struct Block {
  struct Block *before;
  size_t size;
} Block;

enum { smallest_block = 16 * 1024, widest_type = 16, header_size = (sizeof(Block) + 15) & ~15 };

// The header of memory that the host allocated, in contracts where it may do so at any time.
typedef struct Received {
  _Alignas(widest_type) struct Received *next;
  struct Received **link;
} Received;

struct TenonArena {
  TenonArena *outer;
  // The arena of the call that the work belongs to.
  TenonArena *root;
  TenonFails *fails;
  // How many hold it, and how many synchronous calls run in it.
  uint32_t holders, calls;
  Block *block;
  size_t used;
  Received *received;
};

static TenonArena *current, *spare;
// Memory that was allocated before the call that it is for, or while the plugin was loading.
static TenonArena *early;
// Memory that the host allocated and has not passed yet.
static Received *unclaimed;

static void add_received(Received **list, Received *added) {
  *added = (Received){*list, list};
  if (*list != NULL) (*list)->link = &added->next;
  *list = added;
}

static void remove_received(Received *removed) {
  *removed->link = removed->next;
  if (removed->next != NULL) removed->next->link = removed->link;
}

static void free_received(Received **list) {
  while (*list != NULL) {
    Received *first = *list;
    remove_received(first);
    free(first);
  }
}

void tenon_free_unclaimed(void) { free_received(&unclaimed); }

static TenonArena *next_arena(TenonFails *fails, TenonArena *root) {
  TenonArena *next = early;
  early = NULL;
  if (next == NULL) {
    next = spare;
    spare = NULL;
    if (next == NULL) next = calloc(1, sizeof *next);
    if (next == NULL) tenon_panic(tenon_text("out of memory"));
    next->holders = 1;
  }
  next->fails = fails;
  next->root = root == NULL ? next : root;
  return next;
}

static TenonArena *usable_arena(void) {
  if (current != NULL) return current;
  if (early == NULL) early = next_arena(NULL, NULL);
  return early;
}

TenonArena *tenon_enter(TenonFails *fails, TenonArena *root) {
  TenonArena *arena = next_arena(fails, root);
  arena->outer = current;
  current = arena;
  return arena;
}

TenonArena *tenon_hold(void) {
  TenonArena *arena = usable_arena();
  arena->holders++;
  return arena;
}

TenonArena *tenon_hold_root(void) {
  TenonArena *root = usable_arena()->root;
  root->holders++;
  return root;
}

static void free_blocks(TenonArena *arena, bool keeps_first) {
  while (arena->block != NULL &&
         (!keeps_first || arena->block->before != NULL || arena->block->size > smallest_block)) {
    Block *before = arena->block->before;
    free(arena->block);
    arena->block = before;
  }
  arena->used = 0;
}

void tenon_release(TenonArena *arena) {
  if (--arena->holders > 0) return;
  free_received(&arena->received);
  free_blocks(arena, spare == NULL);
  if (spare == NULL)
    spare = arena;
  else
    free(arena);
}

void tenon_leave(void) {
  TenonArena *left = current;
  current = left->outer;
  tenon_release(left);
}

void tenon_begin_call(void) {
  if (current == NULL || current->fails != NULL) tenon_enter(NULL, NULL);
  current->calls++;
}

void tenon_end_call(void) {
  tenon_has_failed = false;
  if (--current->calls == 0) tenon_leave();
}

void tenon_fail(TenonString message) {
  if (current != NULL && current->fails != NULL) {
    current->fails(message);
    return;
  }
  report_panic(message.bytes, message.length);
  tenon_has_failed = true;
}

static bool add_block(TenonArena *arena, size_t size) {
  size_t wanted = size < smallest_block ? smallest_block : size;
  if (wanted > SIZE_MAX - header_size) return false;
  Block *added = malloc(header_size + wanted);
  if (added == NULL) return false;
  *added = (Block){arena->block, wanted};
  arena->block = added;
  arena->used = 0;
  return true;
}

void *tenon_allocate_in(TenonArena *arena, size_t size) {
  size_t rounded = (size + widest_type - 1) & ~(size_t)(widest_type - 1);
  if (rounded < size ||
      ((arena->block == NULL || rounded > arena->block->size - arena->used) && !add_block(arena, rounded)))
    tenon_panic(tenon_text("out of memory"));
  void *found = (char *)arena->block + header_size + arena->used;
  arena->used += rounded;
  return found;
}

void *tenon_allocate(size_t size) { return tenon_allocate_in(usable_arena(), size); }

void tenon_adopt(const void *memory) {
  Received *received = (Received *)memory - 1;
  remove_received(received);
  add_received(&usable_arena()->received, received);
}

static void *allocate_received(size_t size) {
  Received *received = size > SIZE_MAX - sizeof *received ? NULL : malloc(sizeof *received + size);
  if (received == NULL) tenon_panic(tenon_text("out of memory"));
  add_received(&unclaimed, received);
  return received + 1;
}

// Allocates memory for what the host passes. Source: Component Model, CanonicalABI.md, "realloc".
__attribute__((export_name("cabi_realloc"))) void *tenon_reallocate(void *old, size_t old_size, size_t alignment,
                                                                   size_t size) {
  if (size == 0) return (void *)alignment;
  void *found = tenon_is_asynchronous ? allocate_received(size) : tenon_allocate(size);
  if (old_size != 0) memcpy(found, old, old_size < size ? old_size : size);
  if (old_size != 0 && tenon_is_asynchronous) {
    Received *replaced = (Received *)old - 1;
    remove_received(replaced);
    free(replaced);
  }
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
