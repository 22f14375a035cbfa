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
   has been answered, and all that it has begun is over: nothing of it is freed by hand, and answers may point to it. What
   lives longer is copied to memory of malloc. */

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

// That something was done, or why it was not.
typedef struct {
  bool is_error;
  TenonString error;
} TenonOutcome;

/* Calls that answer later, in contracts that have asynchronous functions, streams or futures. What a callback is given,
   and what it takes by tenon_allocate, lives until it returns; what it gives to a stream or future may point to it. */

// A call that the plugin has not answered yet. It is answered once: by the function that has the call's name and _return,
// or by tenon_task_fail.
typedef struct {
  uint64_t number;
} TenonTask;

// Fails the call with this message, where its contract declares no error.
void tenon_task_fail(TenonTask task, TenonString message);
typedef void TenonCancelled(void *state, TenonTask task);
// Has a callback told when the caller gives up. The task is answered all the same: by tenon_task_fail, if by nothing else.
void tenon_task_on_cancel(TenonTask task, TenonCancelled *callback, void *state);

// How far a stream was read.
typedef struct {
  // There is nothing more, and no need to drop the stream.
  bool has_ended;
  // It has ended since whoever writes it has failed. The text lives as long as the memory of the call.
  bool is_error;
  TenonString error;
} TenonEnd;

// Told once when a stream that the plugin writes is over in any way: to free the state of its producer.
typedef void TenonRelease(void *state);

/* Functions that a plugin may define, and then the host calls. */

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

// Whether the contract has functions that answer later, streams or futures: the host asks for memory at any time then.
extern const bool tenon_is_asynchronous;

extern bool tenon_has_failed;

// Around each plain call into the plugin: its memory is freed once the outermost has been answered.
void tenon_begin_call(void);
void tenon_end_call(void);
// The host does not ask for the answer of a call that failed, nor say when it has read it.
static inline void tenon_end_failed_call(void) {
  if (tenon_has_failed) tenon_end_call();
}

// Memory that is freed at once when nobody holds it any more. The innermost that was entered is the one in use.
typedef struct TenonArena TenonArena;
// What tenon_fail does in it, where no plain call runs.
typedef void TenonFails(TenonString message);
// root is that of the call for which something is done in it: by default, this one is its own.
TenonArena *tenon_enter(TenonFails *fails, TenonArena *root);
void tenon_leave(void);
// Keeps the one in use until it is released.
TenonArena *tenon_hold(void);
// Keeps that of the call for which the one in use is there.
TenonArena *tenon_hold_root(void);
void tenon_release(TenonArena *arena);
void *tenon_allocate_in(TenonArena *arena, size_t size);

// Makes memory that the host has asked for a part of the arena in use.
void tenon_adopt(const void *memory);
// Frees what the host has asked for and will not pass any more.
void tenon_free_unclaimed(void);
static inline void tenon_receive(const void *memory, size_t size) {
  if (tenon_is_asynchronous && size != 0) tenon_adopt(memory);
}

// Core values that share their place among a variant's cases pass bit for bit.
static inline float tenon_f32_of_bits(int32_t bits) { return (union { int32_t bits; float value; }){.bits = bits}.value; }
static inline int32_t tenon_bits_of_f32(float value) { return (union { float value; int32_t bits; }){.value = value}.bits; }
static inline double tenon_f64_of_bits(int64_t bits) { return (union { int64_t bits; double value; }){.bits = bits}.value; }
static inline int64_t tenon_bits_of_f64(double value) { return (union { double value; int64_t bits; }){.value = value}.bits; }

/* Calls that answer later. */

// Around the code of a task, up to what its export and its callback return.
TenonTask tenon_begin_task(const void *function);
int32_t tenon_end_turn(void);
int32_t tenon_callback(int32_t event, int32_t waitable, int32_t payload);
// Lets callbacks run that a plain function has made ready.
void tenon_settle(void);
// A handle of the host's that the task has borrowed, and drops when it is answered.
void tenon_task_borrows(TenonTask task, void (*drop)(int32_t handle), int32_t handle);
// Around the answer. It panics for a task that was answered before, or that is another function's.
void tenon_begin_answer(TenonTask task, const void *function, const char *name);
void tenon_end_answer(void);

// Written by the host when one of its functions fails.
extern volatile uint32_t tenon_thrown;
_Noreturn void tenon_rethrow(void);
static inline void tenon_expect_answer(void) {
  if (tenon_thrown != 0) tenon_rethrow();
}

// Something under way of which the plugin is told.
typedef struct TenonWait {
  struct TenonWait *next;
  void (*told)(struct TenonWait *wait, uint32_t status);
  int32_t waitable;
  uint32_t status;
  // The memory of the call that has begun it, held until all of it is over.
  TenonArena *root;
} TenonWait;

typedef struct TenonCall {
  TenonWait wait;
  void (*answered)(struct TenonCall *call, TenonOutcome outcome);
  void (*callback)(void);
  void *state;
  uint32_t failure;
  _Alignas(16) char result[];
} TenonCall;

TenonCall *tenon_new_call(size_t result, void (*answered)(TenonCall *, TenonOutcome), void (*callback)(void), void *state);
void tenon_called(TenonCall *call, int32_t status);

typedef struct TenonReading TenonReading;

// How the streams or futures of one type pass.
typedef struct TenonCarrier {
  bool is_future, has_pointers;
  size_t size;
  int64_t (*create)(void);
  int32_t (*read)(int32_t handle, void *items, size_t count);
  int32_t (*write)(int32_t handle, const void *items, size_t count);
  int32_t (*cancel_read)(int32_t handle);
  int32_t (*cancel_write)(int32_t handle);
  void (*drop_readable)(int32_t handle);
  void (*drop_writable)(int32_t handle);
  // Adopts what the items point to.
  void (*adopt)(void *items, size_t count);
  void (*deliver)(TenonReading *reading, size_t count, TenonEnd end);
  void (*ask)(void (*produce)(void), void *state, uint64_t number);
} TenonCarrier;

struct TenonReading {
  TenonWait wait;
  const TenonCarrier *carrier;
  void (*callback)(void);
  void *state;
  int32_t handle;
  bool is_dropped;
  _Alignas(16) char items[];
};

void tenon_read(const TenonCarrier *carrier, int32_t handle, size_t most, void (*callback)(void), void *state);
void tenon_drop(const TenonCarrier *carrier, int32_t handle);
int32_t tenon_new_stream(const TenonCarrier *carrier, void (*produce)(void), TenonRelease *release, void *state);
int32_t tenon_new_future(const TenonCarrier *carrier, uint64_t *number);
void tenon_write(const TenonCarrier *carrier, uint64_t number, const void *items, size_t count);
void tenon_end(const TenonCarrier *carrier, uint64_t number);
void tenon_break(const TenonCarrier *carrier, uint64_t number, TenonString message);
`;
