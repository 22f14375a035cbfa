import { streamSource } from "./streams.js";
import { taskSource } from "./tasks.js";

/**
 * `tenon_asynchronous.c`, for contracts with asynchronous functions, streams or futures.
 *
 * Nothing in here blocks: each call or event from the host runs the callbacks that are ready, and returns. All pending
 * operations are in one waitable set, so the host can deliver any event to any running call. A call that has returned its
 * result stays alive while operations are pending and no other call is there to receive their events.
 *
 * Source: Component Model, CanonicalABI.md, "Waitable State".
 */
export const asynchronousLibrary = `#include "tenon_glue.h"

#ifndef TENON_FREESTANDING
#include <stdlib.h>
#include <string.h>
#endif

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define TASK(name) IMPORT("tenon:guest/task", name)

IMPORT("$root", "[waitable-set-new]") extern int32_t new_set(void);
IMPORT("$root", "[waitable-set-poll]") extern int32_t poll_set(int32_t set, int32_t event[2]);
IMPORT("$root", "[waitable-join]") extern void join_set(int32_t waitable, int32_t set);
IMPORT("$root", "[subtask-drop]") extern void drop_subtask(int32_t subtask);
IMPORT("$root", "[context-get-0]") extern int32_t get_context(void);
IMPORT("$root", "[context-set-0]") extern void set_context(int32_t value);
TASK("current") extern int32_t current_task(void);
TASK("select") extern void select_task(int32_t task);
TASK("end") extern void end_task(void);
TASK("fail") extern void fail_task(const char *bytes, size_t length);
TASK("failed") extern uint32_t failure_of_call(int32_t subtask);
TASK("failure") extern int32_t failure_of_stream(int32_t readable, char *bytes, size_t capacity);
TASK("message") extern int32_t failure_message(uint32_t failure, char *bytes, size_t capacity);
TASK("rethrow") extern void rethrow(uint32_t failure);
TASK("break") extern void break_stream(int32_t writable, const char *bytes, size_t length);
TASK("listen") extern void listen(volatile uint32_t *thrown);

enum { exits = 0, yields = 1, waits_in_set = 2 };
enum { event_cancelled = 6 };
enum { dropped = 1, longest_message = 1024, most_bytes = 64 * 1024, most_rounds = 10000 };
static const uint32_t blocked = UINT32_MAX;

volatile uint32_t tenon_thrown;

__attribute__((constructor(101))) static void listen_for_failures(void) { listen(&tenon_thrown); }

_Noreturn void tenon_rethrow(void) {
  rethrow(tenon_thrown);
  __builtin_trap();
}

static _Noreturn void panic(const char *message) { tenon_panic(tenon_text(message)); }

static void *allocate(size_t head, size_t size) {
  void *found = size > SIZE_MAX - head ? NULL : malloc(head + size);
  if (found == NULL) panic("out of memory");
  return memset(found, 0, head);
}

static TenonString joined(const char *first, const char *second) {
  return tenon_join(tenon_text(first), tenon_text(second));
}

/* Numbers that the author holds for tasks and writers. A number is never used again for something else. */

typedef struct {
  void *record;
  const void *kind;
  uint32_t turn, next_free;
} Slot;

static Slot *slots;
static uint32_t slot_count, free_slot;

static uint64_t note(void *record, const void *kind) {
  if (free_slot == 0) {
    uint32_t count = slot_count == 0 ? 16 : slot_count * 2;
    Slot *grown = realloc(slots, count * sizeof *slots);
    if (grown == NULL) panic("out of memory");
    slots = grown;
    for (uint32_t at = count; at > slot_count; at--) {
      slots[at - 1] = (Slot){.turn = 1, .next_free = free_slot};
      free_slot = at;
    }
    slot_count = count;
  }
  uint32_t at = free_slot - 1;
  free_slot = slots[at].next_free;
  slots[at].record = record;
  slots[at].kind = kind;
  return (uint64_t)slots[at].turn << 32 | at;
}

static void *noted(uint64_t number, const void *kind) {
  uint32_t at = (uint32_t)number;
  bool is_known = at < slot_count && slots[at].turn == number >> 32 && slots[at].kind == kind;
  return is_known ? slots[at].record : NULL;
}

static void forget(uint64_t number) {
  Slot *slot = &slots[(uint32_t)number];
  *slot = (Slot){.turn = slot->turn + 1, .next_free = free_slot};
  free_slot = (uint32_t)number + 1;
}

/* Pending operations, by the number that their event will have, and the operations whose callback is ready to run. */

static TenonWait **waits;
static size_t waits_size;
static uint32_t waiting;
static TenonWait *first_ready, **last_ready = &first_ready;
static int32_t set;
// How many tasks have code on the stack, and how many the host will call back.
static uint32_t turns, listening;
static bool is_running;

static void make_ready(TenonWait *wait, uint32_t status) {
  wait->status = status;
  wait->next = NULL;
  *last_ready = wait;
  last_ready = &wait->next;
}

static TenonWait *take_wait(int32_t waitable) {
  TenonWait *wait = (uint32_t)waitable < waits_size ? waits[waitable] : NULL;
  if (wait == NULL) return NULL;
  waits[waitable] = NULL;
  waiting--;
  return wait;
}

static void expect_listener(void) {
  if (turns == 0 && listening == 0)
    panic("a synchronous function started an asynchronous operation, and no asynchronous call is running that could wait for it");
}

static void await(TenonWait *wait, int32_t waitable, uint32_t status) {
  wait->waitable = waitable;
  if (status != blocked) {
    make_ready(wait, status);
    return;
  }
  if ((uint32_t)waitable >= waits_size) {
    size_t size = ((size_t)waitable + 1) * 2;
    TenonWait **grown = realloc(waits, size * sizeof *waits);
    if (grown == NULL) panic("out of memory");
    memset(grown + waits_size, 0, (size - waits_size) * sizeof *waits);
    waits = grown;
    waits_size = size;
  }
  waits[waitable] = wait;
  waiting++;
  if (set == 0) set = new_set();
  join_set(waitable, set);
}

static void fail_in_callback(TenonString message) {
  (void)message;
  panic("tenon_fail was called in a callback, where no call is running: use tenon_task_fail to fail a task");
}

static void take_event(int32_t waitable, int32_t payload) {
  TenonWait *wait = waitable == 0 ? NULL : take_wait(waitable);
  if (wait != NULL) make_ready(wait, (uint32_t)payload);
}

// Collects events that the plugin itself caused, without returning to the host. Returns whether anything is ready.
static bool poll_events(void) {
  int32_t event[2];
  while (first_ready == NULL && waiting > 0 && poll_set(set, event) != 0) take_event(event[0], event[1]);
  return first_ready != NULL;
}

// Runs the callbacks that are ready, up to a limit. Returns whether there may be more.
static bool run_ready(void) {
  if (is_running) return false;
  is_running = true;
  uint32_t round = 0;
  for (; round < most_rounds && poll_events(); round++) {
    TenonWait *wait = first_ready;
    first_ready = wait->next;
    if (first_ready == NULL) last_ready = &first_ready;
    tenon_enter(fail_in_callback, wait->root);
    wait->notify(wait, wait->status);
    tenon_leave();
  }
  is_running = false;
  return round == most_rounds;
}

void tenon_settle(void) {
  while (run_ready());
}

${taskSource}
${streamSource}`;
