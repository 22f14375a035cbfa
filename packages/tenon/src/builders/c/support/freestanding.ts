/** `tenon_freestanding.c`: the few functions of the C library that plugins get when there is no C library. */
export const freestandingLibrary = `#include "tenon.h"

extern void __wasm_call_ctors(void);
__attribute__((export_name("_initialize"))) void tenon_initialize(void) { __wasm_call_ctors(); }

/* A heap after the linker's data: one list of free areas, sorted by address; adjacent areas are merged. */

typedef struct Area {
  size_t size;
  struct Area *next;
} Area;

enum { unit = 16, page = 64 * 1024 };

extern unsigned char __heap_base;
static Area *areas;
static uintptr_t heap_end;

static bool grow(size_t size) {
  if (heap_end == 0) heap_end = ((uintptr_t)&__heap_base + unit - 1) & ~(uintptr_t)(unit - 1);
  uintptr_t memory_end = (uintptr_t)__builtin_wasm_memory_size(0) * page;
  if (memory_end == 0) memory_end = UINTPTR_MAX - page + 1;
  if (memory_end - heap_end < size) {
    size_t missing = size - (memory_end - heap_end);
    size_t pages = missing / page + (missing % page != 0);
    if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) return false;
    // The last page stays unused, so that no address overflows.
    memory_end = pages * page > UINTPTR_MAX - page + 1 - memory_end ? UINTPTR_MAX - page + 1 : memory_end + pages * page;
    if (memory_end - heap_end < size) return false;
  }
  Area *added = (Area *)heap_end;
  added->size = (memory_end - heap_end) & ~(size_t)(unit - 1);
  heap_end += added->size;
  free((char *)added + unit);
  return true;
}

void *malloc(size_t size) {
  if (size > SIZE_MAX - 2 * unit) return NULL;
  size_t whole = ((size + unit - 1) & ~(size_t)(unit - 1)) + unit;
  for (int attempt = 0; attempt < 2; attempt++) {
    for (Area **link = &areas; *link != NULL; link = &(*link)->next) {
      Area *found = *link;
      if (found->size < whole) continue;
      if (found->size - whole < 2 * unit) {
        *link = found->next;
      } else {
        Area *rest = (Area *)((char *)found + whole);
        *rest = (Area){found->size - whole, found->next};
        *link = rest;
        found->size = whole;
      }
      return (char *)found + unit;
    }
    if (!grow(whole)) return NULL;
  }
  return NULL;
}

void free(void *memory) {
  if (memory == NULL) return;
  Area *freed = (Area *)((char *)memory - unit);
  Area *before = NULL;
  Area *after = areas;
  while (after != NULL && after < freed) {
    before = after;
    after = after->next;
  }
  freed->next = after;
  if (after != NULL && (char *)freed + freed->size == (char *)after) {
    freed->size += after->size;
    freed->next = after->next;
  }
  if (before == NULL) {
    areas = freed;
  } else if ((char *)before + before->size == (char *)freed) {
    before->size += freed->size;
    before->next = freed->next;
  } else {
    before->next = freed;
  }
}

void *calloc(size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) return NULL;
  void *found = malloc(count * size);
  return found == NULL ? NULL : memset(found, 0, count * size);
}

void *realloc(void *memory, size_t size) {
  if (memory == NULL) return malloc(size);
  size_t before = ((Area *)((char *)memory - unit))->size - unit;
  if (size <= before) return memory;
  void *found = malloc(size);
  if (found == NULL) return NULL;
  memcpy(found, memory, before);
  free(memory);
  return found;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size) { return __builtin_memcpy(to, from, size); }

void *memmove(void *to, const void *from, size_t size) { return __builtin_memmove(to, from, size); }

void *memset(void *to, int value, size_t size) { return __builtin_memset(to, value, size); }

int memcmp(const void *one, const void *other, size_t size) {
  const unsigned char *a = one, *b = other;
  for (size_t at = 0; at < size; at++)
    if (a[at] != b[at]) return a[at] < b[at] ? -1 : 1;
  return 0;
}

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length] != 0) length++;
  return length;
}
`;
