wit_bindgen::generate!({ path: "../../wit/everything.wit", world: "reflection" });

use demo::everything::values;

struct Reflection;

impl Guest for Reflection {
    fn ask(value: ValuesAll) -> ValuesAll {
        ValuesAll {
            wide: values::echo_wide(&value.wide),
            shapes: values::echo_shapes(&value.shapes),
            permissions: values::echo_permissions(value.permissions),
            text: values::echo_string(&value.text),
            bytes: values::echo_bytes(&value.bytes),
        }
    }
}

export!(Reflection);
