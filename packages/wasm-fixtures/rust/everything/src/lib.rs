wit_bindgen::generate!({ path: "../../wit/everything.wit", world: "everything" });

use exports::demo::everything::values::{Colour, Guest, Many, Permissions, Point, Shape, Wide};

struct Everything;

macro_rules! echo {
    ($($name:ident: $type:ty),* $(,)?) => {
        $(fn $name(value: $type) -> $type { value })*
    };
}

impl Guest for Everything {
    echo! {
        echo_bool: bool,
        echo_s8: i8,
        echo_u8: u8,
        echo_s16: i16,
        echo_u16: u16,
        echo_s32: i32,
        echo_u32: u32,
        echo_s64: i64,
        echo_u64: u64,
        echo_f32: f32,
        echo_f64: f64,
        echo_char: char,
        echo_string: String,
        echo_bytes: Vec<u8>,
        echo_numbers: Vec<i64>,
        echo_strings: Vec<String>,
        echo_points: Vec<Point>,
        echo_wides: Vec<Wide>,
        echo_optional: Option<Option<String>>,
        echo_outcomes: Vec<Result<u32, String>>,
        echo_tuple: (u8, String, f64),
        echo_colour: Colour,
        echo_permissions: Permissions,
        echo_many: Many,
        echo_shape: Shape,
        echo_shapes: Vec<Shape>,
        echo_wide: Wide,
    }

    #[rustfmt::skip]
    fn seventeen(
        a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32, i: u32,
        j: u32, k: u32, l: u32, m: u32, n: u32, o: u32, p: u32, q: u32,
    ) -> u32 {
        [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q].into_iter().fold(0, u32::wrapping_add)
    }
}

export!(Everything);
