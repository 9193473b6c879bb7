//! What a weights file holds.

use super::error::Result;
use super::format::table;
use super::{input, memory, network, output, terminal};
use crate::cli::{Arguments, options};
use crate::model::Model;
use crate::names::{cut, joined, name_of, one_line, shortened, thousands};
use crate::nn::activation::Activation;
use crate::picture;
use crate::safetensors::Tensor;
use std::cmp::Reverse;

/// The longest text of the metadata that is printed whole.
const LONGEST: usize = 500;

pub fn run(arguments: &Arguments) -> Result<()> {
    output::check(arguments)?;
    let file = arguments.path(options::WEIGHTS);
    let archive = network::archive(file)?;
    let (tensors, metadata) = (described(&archive.tensors), archive.metadata.clone());
    let model = network::model_of(archive, file)?;
    memory::ask(4 * model.network.parameters(), file, "name a smaller file")?;
    if let Some(out) = arguments.get(options::OUT) {
        let first = model.network.layers[0].weights.transpose();
        let labels: Vec<String> = model.labels.iter().map(i32::to_string).collect();
        // Without a hidden layer, each neuron is a class.
        let labels = if model.network.layers.len() == 1 { labels.as_slice() } else { &[] };
        let count = arguments.get(options::COUNT).unwrap_or(1024);
        return output::write(out, &picture::weights(model.size(), first.data(), count, labels).png());
    }
    let Model { network, labels, width, height, .. } = &model;
    let columns = terminal::stdout_width();
    let entries: Vec<Vec<String>> = metadata.iter().map(|(key, text)| entry(key, text, columns)).collect();
    let activation = match name_of(&Activation::NAMES, network.activation) {
        _ if network.layers.len() == 1 => "no hidden layer".to_owned(),
        name if model.origin.described => name.to_owned(),
        name => format!("{name} (assumed: the metadata do not say)"),
    };
    let text = format!(
        "{}: {}, {}, {} parameters; images of {width} x {height} pixels; labels {}\n\n{}\n{}",
        one_line(input::name(file)),
        joined(&network.sizes(), "-"),
        activation,
        thousands(network.parameters() as u64),
        joined(labels, ","),
        table("lrr", &tensors),
        table("l", &entries),
    );
    Ok(terminal::print(columns.map_or(text.clone(), |columns| terminal::wrapped(&text, columns)))?)
}

/// A row of the metadata; for a terminal of so many columns, with no longer word than that. What a stranger's file says
/// must not reach the terminal as it is.
fn entry(key: &str, text: &str, columns: Option<usize>) -> Vec<String> {
    let text = cut(text, LONGEST);
    let fitting = |word: &str| match columns {
        Some(columns) if word.chars().count() > columns => cut(word, columns.saturating_sub(3)),
        _ => word.to_owned(),
    };
    vec![shortened(key), text.split(' ').map(fitting).collect::<Vec<_>>().join(" ")]
}

/// A row a tensor, layer by layer.
fn described(tensors: &[Tensor]) -> Vec<Vec<String>> {
    let mut tensors: Vec<&Tensor> = tensors.iter().collect();
    tensors.sort_by_key(|tensor| {
        let (layer, part) = tensor.name.split_once('.').unwrap_or_default();
        (layer.parse::<u32>().ok(), Reverse(part))
    });
    let heading = ["tensor", "shape", "parameters"].map(String::from).to_vec();
    let row =
        |tensor: &Tensor| vec![tensor.name.clone(), joined(&tensor.shape, " x "), thousands(tensor.data.len() as u64)];
    [heading].into_iter().chain(tensors.into_iter().map(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::entry;

    #[test]
    fn no_word_of_the_metadata_is_longer_than_the_terminal_is_wide() {
        let text = format!("{} {}", "ab".repeat(196), "c".repeat(40));
        let shown = entry("mean_image", &text, Some(40)).remove(1);
        assert_eq!(shown, format!("{}... {}", &text[..37], "c".repeat(40)));
        assert_eq!(entry("mean_image", &text, None).remove(1), text);
    }
}
