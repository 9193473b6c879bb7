//! The digits in pictures of people's own handwriting.

use super::error::{Error, Result, within};
use super::terminal::{self, Progress};
use super::{input, machine, memory, output, train, unlike};
use crate::cli::{Arguments, options};
use crate::engine::Engine;
use crate::handwriting::{self, Digit, Handwriting, LONGEST, MOST, SURE};
use crate::model::Model;
use crate::names::one_line;
use crate::nn::predict::best_two;
use crate::picture::{self, Image, ReadDigit};
use crate::picture_file::{self, Picture};
use crate::safetensors::json;
use std::fmt::Write;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;

/// The longer side of the picture that is drawn: smaller ones are enlarged towards it.
const DRAWN: usize = 900;

/// A digit, and what the network says of it.
struct Answer {
    digit: Digit,
    label: i32,
    probability: f32,
    second: i32,
    second_probability: f32,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let mut engine = machine::engine(arguments)?;
    let stdout_taken = output::takes_stdout(arguments);
    let mut progress = Progress::new(arguments.flag(options::QUIET), stdout_taken);
    output::check(arguments)?;
    let files: Vec<&String> = arguments.file.iter().chain(&arguments.more).collect();
    if files.len() > 1 && arguments.get(options::OUT).is_some() {
        return Err(Error::usage("--out draws one picture: read one at a time"));
    }
    let model = train::model_or_learn(arguments, &mut progress)?;
    unlike::tell_of_pictures(arguments, &model, &mut progress);
    let (mut text, mut csv, mut json, mut errors) = (String::new(), csv_header(&model), Vec::new(), Vec::new());
    for file in &files {
        let read = picture(file).and_then(|picture| {
            let answers = answers(&model, &picture, file, &mut engine, &mut progress)?;
            Ok((picture, answers))
        });
        let (picture, answers) = match read {
            Ok(read) => read,
            // The other pictures are read all the same.
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        json.push(json_of(file, &picture, &answers));
        if answers.is_empty() {
            errors.push(Error::new(format!(
                "{}: expected handwritten digits, found none: write larger and darker, on plain paper, and cut out the part \
                 with the digits",
                input::name(file)
            )));
            continue;
        }
        let before = if files.len() > 1 { format!("{}: ", one_line(file)) } else { String::new() };
        let _ = writeln!(text, "{before}{}", line(&answers));
        answers.iter().for_each(|answer| csv += &csv_row(answer));
        if let Some(out) = arguments.get(options::OUT) {
            output::write(out, &drawn(&model, &picture, &answers).png())?;
            progress.note(&format!("wrote {}", output::name(out)));
        }
    }
    if let Some(file) = arguments.get(options::CSV).filter(|_| !text.is_empty()) {
        output::write(file, csv.as_bytes())?;
        progress.note(&format!("wrote {}", output::name(file)));
    }
    progress.clear();
    // A script reads a list in any case, also one of no pictures.
    let text = if arguments.flag(options::JSON) { format!("[{}]\n", json.join(",\n ")) } else { text };
    terminal::print_beside(stdout_taken, text)?;
    match errors.pop() {
        None => Ok(()),
        Some(last) => {
            errors.iter().for_each(terminal::complain);
            Err(last)
        }
    }
}

/// Whether a file or standard input is a PNG or a JPEG, by its first bytes. Those of another pipe can't be read twice:
/// it is taken for rows.
pub fn is_picture(file: &str) -> bool {
    let begins = |start: &[u8]| start.starts_with(b"\x89PN") || start.starts_with(b"\xFF\xD8\xFF");
    if file == output::STREAM {
        return io::stdin().lock().fill_buf().is_ok_and(begins);
    }
    let mut start = [0; 3];
    Path::new(file).is_file()
        && File::open(file).is_ok_and(|mut file| file.read_exact(&mut start).is_ok())
        && begins(&start)
}

/// Reads a picture file.
pub fn picture(file: &str) -> Result<Picture> {
    let mut bytes = Vec::new();
    input::open(file)?.0.read_to_end(&mut bytes).map_err(within(input::name(file)))?;
    let picture = picture_file::decode(&bytes).map_err(within(input::name(file)))?;
    // On the way to digits it becomes planes of numbers, which are smaller than a large picture.
    const PLANES: usize = 12;
    let pixels = (picture.width * picture.height).min(LONGEST * LONGEST);
    let what = format!("{}: finding its digits", input::name(file));
    memory::ask(PLANES * size_of::<f32>() * pixels, &what, "make the picture smaller")?;
    Ok(picture)
}

/// The digits of a picture, as the network is to see them.
pub fn digits_of(model: &Model, picture: &Picture, engine: &mut Engine) -> Handwriting {
    let as_seen = |images: &mut Vec<u8>| {
        if model.sees_dark_ink() {
            images.iter_mut().for_each(|byte| *byte = 255 - *byte);
        }
    };
    let mut found = handwriting::read(picture, model.size(), |images| {
        let mut images = images.to_vec();
        as_seen(&mut images);
        let probabilities = model.network.probabilities(&images, engine);
        (0..probabilities.rows()).map(|row| probabilities.row(row).iter().copied().fold(0.0, f32::max)).collect()
    });
    found.digits.iter_mut().for_each(|digit| as_seen(&mut digit.image));
    found
}

/// Finds the digits of a picture, if it has some, and asks the network.
fn answers(
    model: &Model,
    picture: &Picture,
    file: &str,
    engine: &mut Engine,
    progress: &mut Progress,
) -> Result<Vec<Answer>> {
    let Handwriting { digits, like_words, left_out } = digits_of(model, picture, engine);
    let name = input::name(file);
    match digits.len() {
        0 => return Ok(Vec::new()),
        count if count > MOST => {
            return Err(Error::new(format!(
                "{name}: expected at most {MOST} digits, found {count} parts: cut out the part with the digits"
            )));
        }
        count if like_words => progress.note(&format!(
            "{name}: {count} parts of unlike sizes, as in words: only digits are read rightly, so look at --out FILE"
        )),
        _ if left_out > 0 => progress.note(&format!(
            "{name}: a part much smaller than the digits was left out, though it may be one: cut it out to have it read"
        )),
        _ => {}
    }
    let images: Vec<u8> = digits.iter().flat_map(|digit| &digit.image).copied().collect();
    let probabilities = model.network.probabilities(&images, engine);
    let answer = |(number, digit): (usize, Digit)| {
        let classes = best_two(probabilities.row(number));
        let [label, second] = classes.map(|class| model.labels[class]);
        let [probability, second_probability] = classes.map(|class| probabilities.row(number)[class]);
        Answer { digit, label, probability, second, second_probability }
    };
    Ok(digits.into_iter().enumerate().map(answer).collect())
}

/// The picture with each digit framed, and what the network saw.
fn drawn(model: &Model, picture: &Picture, answers: &[Answer]) -> Image {
    let (width, height, colours) = handwriting::as_seen(picture, DRAWN);
    let labels: Vec<String> = answers.iter().map(|answer| answer.label.to_string()).collect();
    let mut digits = Vec::new();
    for (Answer { digit, probability, .. }, label) in answers.iter().zip(&labels) {
        let [x, y, across, down] = digit.place;
        let across_and_down = [(x, width, picture.width), (y, height, picture.height)];
        let [left, top] = across_and_down.map(|(at, to, from)| at * to / from);
        let place = [left, top, across * width / picture.width, down * height / picture.height];
        let doubtful = *probability < SURE;
        digits.push(ReadDigit { place, pixels: &digit.image, label, probability: *probability, doubtful });
    }
    picture::reading((width, height, &colours), model.size(), &digits)
}

/// The digits in reading order, the rows of the picture separated by spaces.
fn line(answers: &[Answer]) -> String {
    let mut line = String::new();
    for (number, answer) in answers.iter().enumerate() {
        if number > 0 && answers[number - 1].digit.row != answer.digit.row {
            line.push(' ');
        }
        let label = answer.label.to_string();
        line += &if label.len() > 1 { format!("[{label}]") } else { label };
        line.extend((answer.probability < SURE).then_some('?'));
    }
    line
}

fn json_of(file: &str, picture: &Picture, answers: &[Answer]) -> String {
    let digit = |answer: &Answer| {
        let [x, y, width, height] = answer.digit.place;
        format!(
            "{{\"x\": {x}, \"y\": {y}, \"width\": {width}, \"height\": {height}, \"row\": {}, \"label\": {}, \
             \"probability\": {:.6}, \"second\": {}, \"second_probability\": {:.6}}}",
            answer.digit.row + 1,
            answer.label,
            answer.probability,
            answer.second,
            answer.second_probability
        )
    };
    let digits: Vec<String> = answers.iter().map(digit).collect();
    format!(
        "{{\"picture\": {}, \"width\": {}, \"height\": {}, \"digits\": [\n  {}]}}",
        json::string_of(file),
        picture.width,
        picture.height,
        digits.join(",\n  ")
    )
}

fn csv_header(model: &Model) -> String {
    let pixels: Vec<String> = (0..model.width * model.height).map(|pixel| format!("pixel{pixel}")).collect();
    format!("label,{}\n", pixels.join(","))
}

fn csv_row(answer: &Answer) -> String {
    let pixels: Vec<String> = answer.digit.image.iter().map(u8::to_string).collect();
    format!("{},{}\n", answer.label, pixels.join(","))
}
