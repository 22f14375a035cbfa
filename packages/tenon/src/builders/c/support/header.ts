/** `tenon.h`: what every plugin in C may use besides its contract. */
export const supportHeader = `/* What a Tenon plugin in C may use besides its contract. Part of the package "tenon": a change in here is lost. */
#ifndef TENON_H
#define TENON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// UTF-8 text. It does not end with a zero.
typedef struct {
  const char *bytes;
  size_t length;
} TenonString;

// A string literal as text, where C wants a constant.
#define TENON_TEXT(literal) {"" literal, sizeof(literal) - 1}

/* Memory. What a call is given, what host functions answer and what tenon_allocate gives lives until the outermost call
   has been answered: nothing of it is freed by hand, and answers may point to it. What lives longer is copied to memory
   of malloc. */

// Memory of the running call, aligned for every type. It is not cleared.
void *tenon_allocate(size_t size);
// What ends with a zero, as text. Points to the same bytes.
TenonString tenon_text(const char *zero_terminated);
// A copy in the memory of the running call.
TenonString tenon_copy(TenonString text);
// Both, one behind the other, in the memory of the running call.
TenonString tenon_join(TenonString first, TenonString second);
// A copy that ends with a zero, for functions that want one.
char *tenon_zero_terminated(TenonString text);
bool tenon_equal(TenonString one, TenonString other);

/* Surroundings. */

// The plugin's settings as JSON.
TenonString tenon_settings(void);
// Writes a line to the plugin's log.
void tenon_log(TenonString line);
// Fails the running call with this message, where its contract declares no error. What the call then answers is not used.
void tenon_fail(TenonString message);
// Ends the plugin: the running call fails with this message, and no other call will be answered.
_Noreturn void tenon_panic(TenonString message);

/* Functions that a plugin may define, and then the host calls. */

typedef struct {
  bool is_error;
  TenonString error;
} TenonOutcome;

// The plugin's state as JSON, which its successor takes over when the plugin is swapped.
TenonString tenon_save(void);
// Takes over the state of the plugin's predecessor.
TenonOutcome tenon_restore(TenonString state);
// Whether the plugin is well.
TenonOutcome tenon_check_health(void);

#ifdef TENON_FREESTANDING
// Without a C library: these few functions of it are there.
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *memory, size_t size);
void free(void *memory);
void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *one, const void *other, size_t size);
size_t strlen(const char *text);
#endif

#endif
`;

/** `tenon_glue.h`: what generated glue uses. */
export const glueHeader = `#pragma once

#include "tenon.h"

extern uint32_t tenon_running_calls;
extern bool tenon_has_failed;
void tenon_free_call_memory(void);

// Around each call into the plugin: its memory is freed once the outermost has been answered.
static inline void tenon_begin_call(void) { tenon_running_calls++; }
static inline void tenon_end_call(void) {
  tenon_has_failed = false;
  if (--tenon_running_calls == 0) tenon_free_call_memory();
}
// The host does not ask for the answer of a call that failed, nor say when it has read it.
static inline void tenon_end_failed_call(void) {
  if (tenon_has_failed) tenon_end_call();
}

// Core values that share their place among a variant's cases pass bit for bit.
static inline float tenon_f32_of_bits(int32_t bits) { return (union { int32_t bits; float value; }){.bits = bits}.value; }
static inline int32_t tenon_bits_of_f32(float value) { return (union { float value; int32_t bits; }){.value = value}.bits; }
static inline double tenon_f64_of_bits(int64_t bits) { return (union { int64_t bits; double value; }){.bits = bits}.value; }
static inline int64_t tenon_bits_of_f64(double value) { return (union { double value; int64_t bits; }){.value = value}.bits; }
`;
