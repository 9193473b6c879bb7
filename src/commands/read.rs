//! The digits in pictures of people's own handwriting.

use super::error::{Error, Result, within};
use super::input::Input;
use super::terminal::{self, Progress};
use super::{input, machine, memory, output, train};
use crate::cli::{Arguments, options};
use crate::engine::Engine;
use crate::handwriting::{self, Digit, Handwriting, LONGEST, MOST, SURE};
use crate::model::Model;
use crate::names::one_line;
use crate::nn::predict::best_two;
use crate::picture::{self, Image, ReadDigit};
use crate::picture_file::{self, Picture};
use crate::safetensors::json;
use std::io::Read;

/// The longer side of the picture that is drawn: smaller ones are enlarged towards it. It is longer where digits would
/// be less than so high, as their labels would hide them, up to some length.
const DRAWN: [usize; 2] = [900, 3000];
const DIGIT: usize = 40;

/// What a picture was read as.
struct Reading {
    answers: Vec<Answer>,
    /// As `Handwriting` has them.
    like_words: bool,
    left_out: usize,
    marks: usize,
}

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
    let (mut csv, mut json, mut failed) = (String::new(), Vec::new(), None);
    let mut model = None;
    for (number, file) in files.iter().enumerate() {
        progress.update(|| {
            vec![format!("reading {}", input::name(file)), format!("picture {} of {}", number + 1, files.len())]
        });
        // After an error the other pictures are read all the same.
        let mut fail = |error, progress: &mut Progress| {
            progress.clear();
            failed.replace(error).iter().for_each(terminal::complain);
        };
        let picture = input::open(file).and_then(|(input, _)| picture(file, input));
        let Some(picture) = picture.map_err(|error| fail(error, &mut progress)).ok() else { continue };
        // Pictures that can't be read need no network, which may have to learn first.
        let model = match &mut model {
            Some(model) => model,
            none => none.insert(train::model_for_pictures(arguments, &mut progress)?),
        };
        let reading = reading(model, &picture, file, &mut engine, &mut progress);
        let Some(reading) = reading.map_err(|error| fail(error, &mut progress)).ok() else { continue };
        json.push(json_of(file, &picture, &reading));
        let answers = reading.answers;
        if answers.is_empty() {
            fail(without_digits(file), &mut progress);
            continue;
        }
        if !arguments.flag(options::JSON) {
            // At once: many pictures take long, and what was read before somebody stops that is not lost.
            let before = if files.len() > 1 { format!("{}: ", one_line(file)) } else { String::new() };
            progress.clear();
            terminal::print_beside(stdout_taken, format!("{before}{}\n", line(&answers)))?;
        }
        if csv.is_empty() {
            csv = csv_header(model);
        }
        answers.iter().for_each(|answer| csv += &csv_row(answer));
        if let Some(out) = arguments.get(options::OUT) {
            output::write(out, &drawn(model, &picture, &answers).png())?;
            progress.note(&format!("wrote {}", output::name(out)));
        }
    }
    if let Some(file) = arguments.get(options::CSV).filter(|_| !csv.is_empty()) {
        output::write(file, csv.as_bytes())?;
        progress.note(&format!("wrote {}", output::name(file)));
    }
    progress.clear();
    if arguments.flag(options::JSON) {
        // A script reads a list in any case, also one of no pictures.
        terminal::print_beside(stdout_taken, format!("[{}]\n", json.join(",\n ")))?;
    }
    failed.map_or(Ok(()), Err)
}

/// Reads a picture file from its beginning.
pub fn picture(file: &str, mut input: Input) -> Result<Picture> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(within(input::name(file)))?;
    let picture = picture_file::decode(&bytes).map_err(|error| {
        let is_none = !bytes.is_empty() && !picture_file::is_picture(&bytes);
        let mend = if is_none { "; if it is a table of digits, `mnist predict` reads it" } else { "" };
        Error::new(format!("{}: {error}{mend}", input::name(file)))
    })?;
    // On the way to digits it becomes planes of numbers, which are smaller than a large picture.
    const PLANES: usize = 12;
    let pixels = (picture.width * picture.height).min(LONGEST * LONGEST);
    let what = format!("{}: finding its digits", input::name(file));
    memory::ask(PLANES * size_of::<f32>() * pixels, &what, "make the picture smaller")?;
    Ok(picture)
}

/// The digits of a picture, if it has some, as the network is to see them. What is unusual is said.
pub fn digits_of(
    model: &Model,
    picture: &Picture,
    file: &str,
    engine: &mut Engine,
    progress: &mut Progress,
) -> Result<Handwriting> {
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
    let name = input::name(file);
    match found.digits.len() {
        0 => {}
        count if count > MOST => {
            return Err(Error::new(format!(
                "{name}: expected at most {MOST} digits, found {count} parts: cut out the part with the digits"
            )));
        }
        count if found.like_words => progress.note(&format!(
            "{name}: {count} parts of unlike sizes, as in words: only digits are read rightly, so look at --out FILE"
        )),
        _ if found.left_out > 0 => progress.note(&format!(
            "{name}: a part much smaller than the digits was left out, though it may be one: cut it out to have it read"
        )),
        _ => {}
    }
    if found.marks > 0 && !found.like_words {
        let were = if found.marks == 1 { "mark between digits was" } else { "marks between digits were" };
        progress
            .note(&format!("{name}: {} {were} left out, such as a point or a sign: only digits are read", found.marks));
    }
    Ok(found)
}

/// The error of a picture in which no digit is found.
pub fn without_digits(file: &str) -> Error {
    Error::new(format!(
        "{}: expected handwritten digits, found none: write larger and darker, on plain paper, and cut out the part with \
         the digits",
        input::name(file)
    ))
}

/// Finds the digits of a picture, if it has some, and asks the network.
fn reading(
    model: &Model,
    picture: &Picture,
    file: &str,
    engine: &mut Engine,
    progress: &mut Progress,
) -> Result<Reading> {
    let Handwriting { digits, like_words, left_out, marks } = digits_of(model, picture, file, engine, progress)?;
    if digits.is_empty() {
        return Ok(Reading { answers: Vec::new(), like_words, left_out, marks });
    }
    let images: Vec<u8> = digits.iter().flat_map(|digit| &digit.image).copied().collect();
    let probabilities = model.network.probabilities(&images, engine);
    let answer = |(number, digit): (usize, Digit)| {
        let classes = best_two(probabilities.row(number));
        let [label, second] = classes.map(|class| model.labels[class]);
        let [probability, second_probability] = classes.map(|class| probabilities.row(number)[class]);
        Answer { digit, label, probability, second, second_probability }
    };
    let answers = digits.into_iter().enumerate().map(answer).collect();
    Ok(Reading { answers, like_words, left_out, marks })
}

/// The picture with each digit framed, and what the network saw.
fn drawn(model: &Model, picture: &Picture, answers: &[Answer]) -> Image {
    let high = answers.iter().map(|answer| answer.digit.place[3]).sum::<usize>() / answers.len();
    let longer = DIGIT * picture.width.max(picture.height) / high.max(1);
    let (width, height, colours) = handwriting::as_seen(picture, longer.clamp(DRAWN[0], DRAWN[1]));
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

fn json_of(file: &str, picture: &Picture, reading: &Reading) -> String {
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
    let digits: Vec<String> = reading.answers.iter().map(digit).collect();
    format!(
        "{{\"picture\": {}, \"width\": {}, \"height\": {}, \"like_words\": {}, \"left_out\": {}, \"marks\": {}, \
         \"digits\": [\n  {}]}}",
        json::string_of(file),
        picture.width,
        picture.height,
        reading.like_words,
        reading.left_out,
        reading.marks,
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
