// Streams of any length, both ways, in the same memory.
#include "plugin.h"

enum { chunk_bytes = 65536, batch_items = 64 };

typedef struct {
  uint64_t at, limit;
  uint8_t bytes[chunk_bytes];
  uint32_t numbers[batch_items];
} Writing;

static Writing *writing(uint64_t limit) {
  Writing *made = tenon_allocate(sizeof *made);
  made->at = 0;
  made->limit = limit;
  return made;
}

static void write_bytes(void *state, StreamOfU8Writer writer) {
  Writing *writing = state;
  uint64_t left = writing->limit - writing->at, count = left < chunk_bytes ? left : chunk_bytes;
  writing->at += count;
  if (count > 0) stream_of_u8_write(writer, writing->bytes, count);
  else stream_of_u8_end(writer);
}

void plugin_write_bytes(TenonTask task, uint64_t size) {
  plugin_write_bytes_return(task, stream_of_u8_new(write_bytes, NULL, writing(size)));
}

static void write_numbers(void *state, StreamOfU32Writer writer) {
  Writing *writing = state;
  uint64_t left = writing->limit - writing->at, count = left < batch_items ? left : batch_items;
  for (uint64_t index = 0; index < count; index++) writing->numbers[index] = (uint32_t)(writing->at + index);
  writing->at += count;
  if (count > 0) stream_of_u32_write(writer, writing->numbers, count);
  else stream_of_u32_end(writer);
}

void plugin_write_numbers(TenonTask task, uint32_t count) {
  plugin_write_numbers_return(task, stream_of_u32_new(write_numbers, NULL, writing(count)));
}

typedef struct {
  TenonTask task;
  uint64_t count;
} Reading;

static Reading *reading(TenonTask task) {
  Reading *made = tenon_allocate(sizeof *made);
  *made = (Reading){task, 0};
  return made;
}

static void count_bytes(void *state, StreamOfU8 data, ListOfU8 bytes, TenonEnd end) {
  Reading *reading = state;
  reading->count += bytes.count;
  if (!end.has_ended) stream_of_u8_read(data, chunk_bytes, count_bytes, reading);
  else if (end.is_error) tenon_task_fail(reading->task, end.error);
  else plugin_read_bytes_return(reading->task, reading->count);
}

void plugin_read_bytes(TenonTask task, StreamOfU8 data) {
  stream_of_u8_read(data, chunk_bytes, count_bytes, reading(task));
}

static void count_numbers(void *state, StreamOfU32 numbers, ListOfU32 items, TenonEnd end) {
  Reading *reading = state;
  reading->count += items.count;
  if (!end.has_ended) stream_of_u32_read(numbers, batch_items, count_numbers, reading);
  else if (end.is_error) tenon_task_fail(reading->task, end.error);
  else plugin_read_numbers_return(reading->task, reading->count);
}

void plugin_read_numbers(TenonTask task, StreamOfU32 numbers) {
  stream_of_u32_read(numbers, batch_items, count_numbers, reading(task));
}
