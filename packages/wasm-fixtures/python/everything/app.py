from wit_world import exports


def echo(self, value):
    return value


class Values(exports.Values):
    echo_bool = echo_s8 = echo_u8 = echo_s16 = echo_u16 = echo_s32 = echo_u32 = echo_s64 = echo_u64 = echo
    echo_f32 = echo_f64 = echo_char = echo_string = echo_bytes = echo_numbers = echo_strings = echo
    echo_points = echo_wides = echo_optional = echo_outcomes = echo_tuple = echo_colour = echo
    echo_permissions = echo_many = echo_shape = echo_shapes = echo_wide = echo

    def seventeen(self, *numbers: int) -> int:
        return sum(numbers)
