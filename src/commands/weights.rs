//! What a weights file holds.

use super::error::Result;
use super::format::{table, thousands};
use super::model::{self, Model, joined};
use super::terminal;
use super::{load, output};
use crate::cli::Arguments;
use crate::picture;

pub fn run(arguments: &Arguments) -> Result<()> {
    output::check(arguments)?;
    let file = arguments.path("weights");
    let archive = model::read_archive(file)?;
    let metadata = archive.metadata.clone();
    let model = Model::from_archive(archive).map_err(super::error::within(load::name(file)))?;
    if let Some(out) = arguments.text("out") {
        let first = model.network.layers[0].weights.transpose();
        return output::write(
            out,
            &picture::weights(model.height, model.width, first.data()).png(),
        );
    }
    let heading = ["tensor", "shape", "parameters"].map(String::from).to_vec();
    let tensors = model::tensors("", &model.network).into_iter();
    let row = |tensor: crate::safetensors::Tensor| {
        vec![
            tensor.name,
            joined(&tensor.shape, " x "),
            thousands(tensor.data.len() as u64),
        ]
    };
    let rows: Vec<Vec<String>> = [heading].into_iter().chain(tensors.map(row)).collect();
    let entries: Vec<Vec<String>> = metadata
        .into_iter()
        .map(|(key, text)| vec![key, text])
        .collect();
    Ok(terminal::print(format!(
        "{}: {}, {} parameters\n\n{}\n{}",
        load::name(file),
        joined(&model.network.sizes(), "-"),
        thousands(model.network.parameters() as u64),
        table("lrr", &rows),
        table("l", &entries),
    ))?)
}
