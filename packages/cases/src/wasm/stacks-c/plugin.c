#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include "plugin.h"

static inline uint32_t checked(uint32_t by) {
  assert(by > 0);
  return 100 / by;
}

uint32_t plugin_divide(uint32_t by) {
  return checked(by);
}

uint32_t plugin_stop(uint32_t by) {
  fprintf(stderr, "fatal: %u is no number of stops\n", by);
  abort();
}
