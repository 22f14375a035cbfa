#include "resources.h"

#include <stdio.h>
#include <stdlib.h>

typedef exports_demo_resources_counters_counter_t counter;
typedef exports_demo_resources_counters_own_counter_t own_counter;
typedef demo_resources_storage_own_bucket_t own_bucket;

struct exports_demo_resources_counters_counter_t {
  uint32_t value;
};

static uint32_t live = 0;
static own_bucket kept = {0};

own_counter exports_demo_resources_counters_constructor_counter(uint32_t initial) {
  counter *made = malloc(sizeof(counter));
  made->value = initial;
  live++;
  return exports_demo_resources_counters_counter_new(made);
}

void exports_demo_resources_counters_counter_destructor(counter *counter) {
  live--;
  free(counter);
}

uint32_t exports_demo_resources_counters_method_counter_increment(counter *counter, uint32_t by) {
  return counter->value += by;
}

uint32_t exports_demo_resources_counters_method_counter_value(counter *counter) { return counter->value; }

own_counter exports_demo_resources_counters_static_counter_add(own_counter a, counter *b) {
  uint32_t sum = exports_demo_resources_counters_counter_rep(a)->value + b->value;
  exports_demo_resources_counters_counter_drop_own(a);
  return exports_demo_resources_counters_constructor_counter(sum);
}

uint32_t exports_demo_resources_counters_live(void) { return live; }

void exports_demo_resources_counters_make(
    resources_list_u32_t *initials, exports_demo_resources_counters_list_own_counter_t *answer) {
  answer->len = initials->len;
  answer->ptr = malloc(initials->len * sizeof(own_counter));
  for (size_t index = 0; index < initials->len; index++)
    answer->ptr[index] = exports_demo_resources_counters_constructor_counter(initials->ptr[index]);
  resources_list_u32_free(initials);
}

bool exports_demo_resources_counters_largest(
    exports_demo_resources_counters_list_own_counter_t *counters, own_counter *answer) {
  counter *largest = NULL;
  for (size_t index = 0; index < counters->len; index++) {
    own_counter handle = counters->ptr[index];
    counter *each = exports_demo_resources_counters_counter_rep(handle);
    if (largest != NULL && each->value <= largest->value) {
      exports_demo_resources_counters_counter_drop_own(handle);
      continue;
    }
    if (largest != NULL) exports_demo_resources_counters_counter_drop_own(*answer);
    largest = each;
    *answer = handle;
  }
  free(counters->ptr);
  return largest != NULL;
}

own_bucket exports_demo_resources_counters_open_bucket(resources_string_t *name) {
  resources_string_t made;
  own_bucket bucket = demo_resources_storage_open(name);
  resources_string_set(&made, "made");
  demo_resources_storage_method_bucket_put(demo_resources_storage_borrow_bucket(bucket), &made, 1);
  resources_string_free(name);
  return bucket;
}

uint32_t exports_demo_resources_counters_fill(demo_resources_storage_borrow_bucket_t bucket, uint32_t count) {
  for (uint32_t index = 0; index < count; index++) {
    char text[12];
    resources_string_t key;
    snprintf(text, sizeof text, "k%u", (unsigned)index);
    resources_string_set(&key, text);
    demo_resources_storage_method_bucket_put(bucket, &key, index);
  }
  uint32_t size = demo_resources_storage_static_bucket_size(bucket);
  demo_resources_storage_bucket_drop_borrow(bucket);
  return size;
}

void exports_demo_resources_counters_keep(own_bucket bucket) {
  if (kept.__handle != 0) demo_resources_storage_bucket_drop_own(kept);
  kept = bucket;
}
