wit_bindgen::generate!({ path: "wit" });

use exports::demo::shop::api::{Guest, Price};

struct Shop;

export!(Shop);

impl Guest for Shop {
    fn sum(price: Price) -> u32 {
        price.net + price.tax
    }
}
