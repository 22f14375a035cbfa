/**
 * The part of `tenon_asynchronous.c` about streams and futures.
 *
 * Source: Component Model, CanonicalABI.md, "Stream State", "Future State".
 */
export const streamSource = `/* Streams and futures that the plugin reads. */

static void notify_reading(TenonWait *wait, uint32_t status) {
  TenonReading *reading = (TenonReading *)wait;
  const TenonCarrier *carrier = reading->carrier;
  size_t count = carrier->is_future ? status == 0 : status >> 4;
  if (carrier->adopt != NULL) carrier->adopt(reading->items, count);
  if (!reading->is_dropped) {
    TenonEnd end = {.has_ended = carrier->is_future || (status & 15) == dropped};
    if (end.has_ended) {
      char message[longest_message];
      int32_t length = failure_of_stream(reading->handle, message, sizeof message);
      carrier->drop_readable(reading->handle);
      end.is_error = length >= 0 || (carrier->is_future && count == 0);
      if (length > 0) {
        char *bytes = tenon_allocate_in(wait->root, (size_t)length);
        memcpy(bytes, message, (size_t)length);
        end.error = (TenonString){bytes, (size_t)length};
      }
    }
    if (carrier->is_future && count == 0) memset(reading->items, 0, carrier->size);
    carrier->deliver(reading, count, end);
  }
  tenon_release(wait->root);
  free(reading);
}

void tenon_read(const TenonCarrier *carrier, int32_t handle, size_t most, void (*callback)(void), void *state) {
  expect_listener();
  if (most == 0) panic("a stream was read with a limit of 0 items: the limit must be at least 1");
  size_t limit = carrier->size == 0 ? most_bytes : most_bytes / carrier->size;
  if (most > limit) most = limit == 0 ? 1 : limit;
  TenonReading *reading = allocate(sizeof *reading, most * carrier->size);
  reading->wait.notify = notify_reading;
  reading->wait.root = tenon_hold_root();
  reading->carrier = carrier;
  reading->callback = callback;
  reading->state = state;
  reading->handle = handle;
  await(&reading->wait, handle, (uint32_t)carrier->read(handle, reading->items, most));
}

void tenon_drop(const TenonCarrier *carrier, int32_t handle) {
  TenonWait *wait = take_wait(handle);
  if (wait != NULL && wait->notify != notify_reading) panic("a handle was dropped that is not the readable end of a stream or future");
  if (wait != NULL) make_ready(wait, (uint32_t)carrier->cancel_read(handle));
  for (TenonWait *each = first_ready; each != NULL; each = each->next)
    if (each->notify == notify_reading && each->waitable == handle) ((TenonReading *)each)->is_dropped = true;
  carrier->drop_readable(handle);
}

/* Streams and futures that the plugin writes. */

typedef struct {
  TenonWait wait;
  const TenonCarrier *carrier;
  uint64_t number;
  int32_t handle;
  // Waiting until the reader wants items; the reader wants items; waiting until it has taken all; the reader is gone.
  enum { asking, asked, writing, over } at;
  // The author has ended the stream; its handle is dropped.
  bool ends, is_gone;
  void (*produce)(void);
  TenonRelease *release;
  void *state;
  char *items;
  size_t capacity, count, written;
  // The memory that the items point to.
  TenonArena *held;
} Writer;

static void ask(Writer *writer) {
  writer->at = asking;
  await(&writer->wait, writer->handle, (uint32_t)writer->carrier->write(writer->handle, NULL, 0));
}

static void write_rest(Writer *writer) {
  const char *rest = writer->items + writer->written * writer->carrier->size;
  writer->at = writing;
  await(&writer->wait, writer->handle,
        (uint32_t)writer->carrier->write(writer->handle, rest, writer->count - writer->written));
}

static void release_items(Writer *writer) {
  if (writer->held != NULL) tenon_release(writer->held);
  writer->held = NULL;
}

// After this, the number is not valid any more.
static void notify_over(TenonWait *wait, uint32_t status) {
  (void)status;
  Writer *writer = (Writer *)wait;
  forget(writer->number);
  release_items(writer);
  if (writer->release != NULL) writer->release(writer->state);
  tenon_release(wait->root);
  free(writer->items);
  free(writer);
}

// Tells the author later, when none of the author's code is on the stack.
static void finish_writing(Writer *writer) {
  writer->at = over;
  writer->wait.notify = notify_over;
  make_ready(&writer->wait, 0);
}

static void notify_writing(TenonWait *wait, uint32_t status) {
  Writer *writer = (Writer *)wait;
  const TenonCarrier *carrier = writer->carrier;
  bool is_over = writer->is_gone || carrier->is_future || (status & 15) == dropped;
  if (!is_over && writer->at == writing) {
    writer->written += status >> 4;
    if (writer->written < writer->count) {
      write_rest(writer);
      return;
    }
    release_items(writer);
    if (!writer->ends) {
      ask(writer);
      return;
    }
    is_over = true;
  }
  if (is_over) {
    if (!writer->is_gone) carrier->drop_writable(writer->handle);
    finish_writing(writer);
    return;
  }
  writer->at = asked;
  carrier->ask(writer->produce, writer->state, writer->number);
}

static Writer *new_writer(const TenonCarrier *carrier, int32_t *readable) {
  Writer *writer = allocate(sizeof *writer, 0);
  int64_t ends = carrier->create();
  *readable = (int32_t)ends;
  writer->wait.notify = notify_writing;
  writer->wait.root = tenon_hold_root();
  writer->carrier = carrier;
  writer->handle = (int32_t)(ends >> 32);
  writer->number = note(writer, carrier);
  return writer;
}

int32_t tenon_new_stream(const TenonCarrier *carrier, void (*produce)(void), TenonRelease *release, void *state) {
  expect_listener();
  int32_t readable;
  Writer *writer = new_writer(carrier, &readable);
  writer->produce = produce;
  writer->release = release;
  writer->state = state;
  ask(writer);
  return readable;
}

int32_t tenon_new_future(const TenonCarrier *carrier, uint64_t *number) {
  int32_t readable;
  Writer *writer = new_writer(carrier, &readable);
  writer->at = asked;
  *number = writer->number;
  return readable;
}

static Writer *open_writer(const TenonCarrier *carrier, uint64_t number) {
  Writer *found = noted(number, carrier);
  if (found == NULL || found->ends) panic("a stream or future was written after its end");
  return found;
}

void tenon_write(const TenonCarrier *carrier, uint64_t number, const void *items, size_t count) {
  expect_listener();
  Writer *writer = open_writer(carrier, number);
  if (count == 0) panic("a stream was written with 0 items: write at least 1, or end the stream");
  // The reader is gone: drop what is written.
  if (writer->at == over) return;
  if (writer->at != asked) panic("a stream was written before its reader asked for more, or a future was written twice");
  size_t size = count * carrier->size;
  if (carrier->size != 0 && count > SIZE_MAX / carrier->size) panic("out of memory");
  if (size > writer->capacity) {
    free(writer->items);
    writer->items = allocate(0, size);
    writer->capacity = size;
  }
  if (size != 0) memcpy(writer->items, items, size);
  if (carrier->has_pointers) writer->held = tenon_hold();
  writer->count = count;
  writer->written = 0;
  write_rest(writer);
}

void tenon_end(const TenonCarrier *carrier, uint64_t number) {
  Writer *writer = open_writer(carrier, number);
  writer->ends = true;
  // Finish the current write first.
  if (writer->at == writing || writer->at == over) return;
  bool will_notify = writer->at == asking;
  if (will_notify && take_wait(writer->handle) != NULL) {
    carrier->cancel_write(writer->handle);
    will_notify = false;
  }
  carrier->drop_writable(writer->handle);
  writer->is_gone = true;
  if (!will_notify) finish_writing(writer);
}

void tenon_break(const TenonCarrier *carrier, uint64_t number, TenonString message) {
  Writer *writer = open_writer(carrier, number);
  writer->ends = true;
  if (writer->at == over) return;
  bool will_notify = writer->at != asked && take_wait(writer->handle) == NULL;
  break_stream(writer->handle, message.bytes, message.length);
  writer->is_gone = true;
  if (!will_notify) finish_writing(writer);
}
`;
