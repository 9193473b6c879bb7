//! A page to draw on.

use super::error::Result;
use super::terminal::Progress;
use super::{memory, output, train};
use crate::cli::{Arguments, options};
use crate::page;

pub fn run(arguments: &Arguments) -> Result<()> {
    let out = arguments.path(options::OUT);
    let mut progress = Progress::new(arguments.flag(options::QUIET), output::takes_stdout(arguments));
    output::check(arguments)?;
    let model = train::model_for_pictures(arguments, &mut progress)?;
    // The weights as bytes, as text, and in the page, which is made of its template step by step.
    let parameters = model.network.parameters();
    memory::ask(parameters.saturating_mul(24), &format!("{out}: the page"), "learn a smaller network first")?;
    let page = page::page(&model);
    output::write(out, page.as_bytes())?;
    let size = page.len() as f64 / 1e6;
    progress.note(&format!("wrote {} ({size:.1} MB): open it in a browser and draw a digit", output::name(out)));
    Ok(())
}
