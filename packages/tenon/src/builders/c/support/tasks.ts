/**
 * The part of `tenon_asynchronous.c` about calls: those that the plugin serves, and those that it makes.
 *
 * Source: Component Model, CanonicalABI.md, "Task State", "Subtask State".
 */
export const taskSource = `/* Tasks. */

typedef struct Borrowed {
  struct Borrowed *next;
  void (*drop)(int32_t handle);
  int32_t handle;
} Borrowed;

typedef struct {
  uint64_t number;
  // The host's number for it.
  int32_t host_number;
  const void *function;
  TenonArena *arena;
  Borrowed *borrowed;
  TenonCancelled *cancelled;
  void *state;
  // Its code is on the stack; it has a result; the host knows that it is finished.
  bool is_running, is_answered, is_ended;
} Task;

static const char task_kind;
// The task whose result is being returned.
static Task *answering;

// The task that the host entered last.
static Task *entered_task(void) { return (Task *)(intptr_t)get_context(); }

static void end_at_host(Task *task) {
  select_task(task->host_number);
  end_task();
  task->is_ended = true;
}

static Task *open_task(TenonTask task, const char *name) {
  Task *found = noted(task.number, &task_kind);
  if (found == NULL) tenon_panic(joined(name, " was called with a task that is already complete"));
  return found;
}

static void fail_running_task(TenonString message) {
  Task *task = entered_task();
  if (!task->is_answered) tenon_task_fail((TenonTask){task->number}, message);
}

TenonTask tenon_begin_task(const void *function) {
  turns++;
  TenonArena *arena = tenon_enter(fail_running_task, NULL);
  Task *task = allocate(sizeof *task, 0);
  tenon_hold();
  *task = (Task){.host_number = current_task(), .function = function, .arena = arena, .is_running = true};
  task->number = note(task, &task_kind);
  set_context((int32_t)task);
  return (TenonTask){task->number};
}

static int32_t finish_turn(void) {
  bool has_more = run_ready();
  turns--;
  if (waiting == 0 && first_ready == NULL) tenon_free_unclaimed();
  Task *task = entered_task();
  task->is_running = false;
  if (task->is_answered && !has_more && (listening > 0 || waiting == 0)) {
    if (!task->is_ended) end_at_host(task);
    free(task);
    return exits;
  }
  listening++;
  if (set == 0) set = new_set();
  return has_more ? yields : waits_in_set | set << 4;
}

int32_t tenon_end_turn(void) {
  tenon_leave();
  return finish_turn();
}

int32_t tenon_callback(int32_t event, int32_t waitable, int32_t payload) {
  listening--;
  turns++;
  Task *task = entered_task();
  task->is_running = true;
  if (event == event_cancelled) {
    if (task->cancelled != NULL && !task->is_answered) {
      tenon_enter(fail_in_callback, task->arena);
      task->cancelled(task->state, (TenonTask){task->number});
      tenon_leave();
    }
  } else {
    take_event(waitable, payload);
  }
  return finish_turn();
}

void tenon_task_borrows(TenonTask task, void (*drop)(int32_t), int32_t handle) {
  Task *found = open_task(task, "a call");
  Borrowed *added = tenon_allocate(sizeof *added);
  *added = (Borrowed){found->borrowed, drop, handle};
  found->borrowed = added;
}

void tenon_begin_answer(TenonTask task, const void *function, const char *name) {
  Task *found = open_task(task, name);
  if (function != NULL && found->function != function)
    tenon_panic(joined(name, " was called with a task of another function"));
  for (Borrowed *each = found->borrowed; each != NULL; each = each->next) each->drop(each->handle);
  select_task(found->host_number);
  answering = found;
}

void tenon_end_answer(void) {
  Task *task = answering;
  forget(task->number);
  task->is_answered = true;
  tenon_release(task->arena);
  if (task->is_running) {
    if (current_task() == task->host_number) end_at_host(task);
  } else if (turns > 0 || listening > 1 || waiting == 0) {
    // Other tasks receive the remaining events.
    end_at_host(task);
    free(task);
    listening--;
  }
}

void tenon_task_fail(TenonTask task, TenonString message) {
  tenon_begin_answer(task, NULL, "tenon_task_fail");
  fail_task(message.bytes, message.length);
  tenon_end_answer();
}

void tenon_task_on_cancel(TenonTask task, TenonCancelled *callback, void *state) {
  Task *found = open_task(task, "tenon_task_on_cancel");
  found->cancelled = callback;
  found->state = state;
}

/* Calls of host functions. */

static void notify_call(TenonWait *wait, uint32_t status) {
  (void)status;
  TenonCall *call = (TenonCall *)wait;
  if (wait->waitable != 0) {
    call->failure = failure_of_call(wait->waitable);
    drop_subtask(wait->waitable);
  }
  TenonOutcome outcome = {call->failure != 0};
  if (outcome.is_error) {
    char *bytes = tenon_allocate(longest_message);
    outcome.error = (TenonString){bytes, (size_t)failure_message(call->failure, bytes, longest_message)};
  }
  call->answered(call, outcome);
  tenon_release(wait->root);
  free(call);
}

TenonCall *tenon_new_call(size_t result, void (*answered)(TenonCall *, TenonOutcome), void (*callback)(void),
                          void *state) {
  expect_listener();
  TenonCall *call = allocate(sizeof *call + result, 0);
  call->wait.notify = notify_call;
  call->wait.root = tenon_hold_root();
  call->answered = answered;
  call->callback = callback;
  call->state = state;
  return call;
}

// Source: CanonicalABI.md, "Subtask State".
void tenon_called(TenonCall *call, int32_t status) {
  call->failure = tenon_thrown;
  tenon_thrown = 0;
  int32_t subtask = (int32_t)((uint32_t)status >> 4);
  await(&call->wait, subtask, subtask == 0 ? 0 : blocked);
}
`;
