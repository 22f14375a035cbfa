wit_bindgen::generate!({ path: "../../wit/calls.wit", world: "calls" });

struct Calls;

impl Guest for Calls {
    fn add(a: u32, b: u32) -> u32 {
        a.wrapping_add(b)
    }

    fn shout(mut text: String) -> String {
        text.make_ascii_uppercase();
        text
    }

    fn shift(mut point: Point) -> Point {
        point.x += 1.0;
        point
    }

    fn shift_all(mut points: Vec<Point>) -> Vec<Point> {
        points.iter_mut().for_each(|point| point.x += 1.0);
        points
    }

    fn turn(shape: Shape) -> Shape {
        match shape {
            Shape::Circle(radius) => Shape::Circle(-radius),
            other => other,
        }
    }
}

export!(Calls);
