//! The command `mnist`: parse, run, print the error, exit code.

use mnist::system::signal;
use mnist::{cli, commands};
use std::fmt::Display;
use std::process::ExitCode;

fn main() -> ExitCode {
    signal::report_file_size_limit();
    match cli::parse(std::env::args_os().skip(1)) {
        Err(error) => fail(error, 2),
        Ok(arguments) => match commands::run(&arguments) {
            Err(error) => {
                let code = fail(&error, error.exit_code());
                error.signal().map_or(code, |number| ExitCode::from(signal::die_by(number)))
            }
            Ok(()) => ExitCode::SUCCESS,
        },
    }
}

fn fail(error: impl Display, exit_code: u8) -> ExitCode {
    commands::complain(&error);
    ExitCode::from(exit_code)
}
