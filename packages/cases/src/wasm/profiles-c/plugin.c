#include "plugin.h"

__attribute__((noinline)) static uint32_t mix(uint32_t rounds) {
  uint32_t value = 1;
  for (uint32_t round = 0; round < rounds; round++) value = value * 1664525u + 1013904223u + (value >> 7);
  return value;
}

uint32_t plugin_run(uint32_t rounds) {
  return mix(rounds);
}
