#include "everything.h"

// What is given belongs to the function, and what it answers with to the caller: an echo hands it on.
#define ECHO_PLAIN(name, type) \
  type exports_demo_everything_values_echo_##name(type value) { return value; }
#define ECHO(name, type) \
  void exports_demo_everything_values_echo_##name(type *value, type *answer) { *answer = *value; }
#define TYPE(name) exports_demo_everything_values_##name##_t

ECHO_PLAIN(bool, bool)
ECHO_PLAIN(s8, int8_t)
ECHO_PLAIN(u8, uint8_t)
ECHO_PLAIN(s16, int16_t)
ECHO_PLAIN(u16, uint16_t)
ECHO_PLAIN(s32, int32_t)
ECHO_PLAIN(u32, uint32_t)
ECHO_PLAIN(s64, int64_t)
ECHO_PLAIN(u64, uint64_t)
ECHO_PLAIN(f32, float)
ECHO_PLAIN(f64, double)
ECHO_PLAIN(char, uint32_t)
ECHO(string, everything_string_t)
ECHO(bytes, everything_list_u8_t)
ECHO(numbers, everything_list_s64_t)
ECHO(strings, everything_list_string_t)
ECHO(points, TYPE(list_point))
ECHO(wides, TYPE(list_wide))
ECHO(outcomes, TYPE(list_result_u32_string))
ECHO(tuple, everything_tuple3_u8_string_f64_t)
ECHO_PLAIN(colour, TYPE(colour))
ECHO_PLAIN(permissions, TYPE(permissions))
ECHO_PLAIN(many, TYPE(many))
ECHO(shape, TYPE(shape))
ECHO(shapes, TYPE(list_shape))
ECHO(wide, TYPE(wide))

bool exports_demo_everything_values_echo_optional(everything_option_string_t *value, everything_option_string_t *answer) {
  if (value == NULL) return false;
  *answer = *value;
  return true;
}

uint32_t exports_demo_everything_values_seventeen(
    uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t e, uint32_t f, uint32_t g, uint32_t h, uint32_t i,
    uint32_t j, uint32_t k, uint32_t l, uint32_t m, uint32_t n, uint32_t o, uint32_t p, uint32_t q) {
  return a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q;
}
