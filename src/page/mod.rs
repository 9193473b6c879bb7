//! One HTML file that reads what is drawn in it, with the network in it.
//!
//! `digits.html` is the page: its look, its words, and a script that does what this program does, the forward pass and
//! the preparation of a drawing (`handwriting::prepare`). Here its gaps are filled. A policy in the page lets nothing
//! run but the script and the style that it names by their SHA-256, and no request leave; `.ci/page` tells the new ones
//! when the script or the style was changed.

use crate::model::Model;
use crate::names::{joined, name_of};
use crate::nn::activation::Activation;
use std::fmt::Write;

const TEMPLATE: &str = include_str!("digits.html");

/// The page for a network.
pub fn page(model: &Model) -> String {
    let (sizes, activation) = (model.network.sizes(), name_of(&Activation::NAMES, model.network.activation));
    let network = format!(
        r#"{{"sizes": [{}], "activation": "{activation}", "labels": [{}], "size": [{}, {}], "paper": {}}}"#,
        joined(&sizes, ", "),
        joined(&model.labels, ", "),
        model.width,
        model.height,
        if model.sees_dark_ink() { 255 } else { 0 }
    );
    let (mut bars, mut strips) = (String::new(), String::new());
    for (class, label) in model.labels.iter().enumerate() {
        let _ = write!(
            bars,
            "\n<div><span>{label}</span><div class=\"bar\" id=\"p{class}\" data-value=\"0\" role=\"meter\" \
             aria-label=\"{label}\" aria-valuemin=\"0\" aria-valuemax=\"1\" aria-valuenow=\"0\"><div></div></div>\
             <span></span></div>"
        );
    }
    for (layer, units) in sizes[1..sizes.len() - 1].iter().enumerate() {
        let _ = write!(
            strips,
            "\n<h2>Hidden layer {}: how strongly its {units} units answer</h2>\n\
             <canvas class=\"strip\" id=\"strip{layer}\" aria-hidden=\"true\"></canvas>",
            layer + 1
        );
    }
    let parameters = model.network.parameters();
    let about = format!(
        "A network of {} units, {activation}, {parameters} parameters, in this page: what is drawn stays here.",
        joined(&sizes, "-")
    );
    let gaps =
        [("network", network), ("bars", bars), ("strips", strips), ("about", about), ("weights", weights(model))];
    // The weights come last: nothing is looked for in their megabytes.
    gaps.iter().fold(TEMPLATE.to_owned(), |page, (gap, text)| page.replacen(&format!("{{{gap}}}"), text, 1))
}

/// Of each layer its weights, a row of inputs for each output, and its biases: the float32 bytes in base64.
fn weights(model: &Model) -> String {
    let mut bytes = Vec::with_capacity(4 * model.network.parameters());
    for layer in &model.network.layers {
        let weights = layer.weights.transpose();
        let values = weights.data().iter().chain(layer.bias.data());
        values.for_each(|value| bytes.extend(value.to_le_bytes()));
    }
    base64(&bytes)
}

/// RFC 4648, section 4: three bytes become four characters of six bits each.
fn base64(bytes: &[u8]) -> String {
    const CHARACTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(*three.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let character = CHARACTERS[bits >> (18 - 6 * at) & 63];
            text.push(if at <= three.len() { character.into() } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 4648, section 10.
    #[test]
    fn base64_is_that_of_its_standard() {
        let examples =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")];
        for (bytes, text) in examples {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xFB, 0xFF, 0xBF]), "+/+/");
    }

    /// The script is short enough to be read, and each gap of the page is there once.
    #[test]
    fn the_script_is_short() {
        let (_, script) = TEMPLATE.split_once("<script>\n").expect("a script");
        let (script, _) = script.split_once("</script>").expect("its end");
        assert!(script.lines().count() <= 250);
        assert!(script.lines().all(|line| line.len() <= 100));
        for gap in ["network", "bars", "strips", "about", "weights"] {
            assert_eq!(TEMPLATE.matches(&format!("{{{gap}}}")).count(), 1, "{gap}");
        }
    }
}
