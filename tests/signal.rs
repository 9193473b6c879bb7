//! The first signal is a request, the second one an order.
#![cfg(unix)]

mod program;

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use mnist::system::signal::{catch_stop, stop_requested};

/// Works until it is asked to stop, then takes half a minute more to finish.
fn work() {
    catch_stop();
    assert_eq!(stop_requested(), None);
    println!("working");
    for _ in 0..30_000 {
        if let Some(signal) = stop_requested() {
            println!("stopping for {signal}");
            break;
        }
        sleep(Duration::from_millis(1));
    }
    sleep(Duration::from_secs(30));
}

/// This test again, as a process that works, under a shell's line where that starts it.
fn worker(test: &str, line: Option<&str>) -> Child {
    let program = std::env::current_exe().unwrap();
    let mut command = match line {
        Some(line) => {
            let mut shell = Command::new("sh");
            shell.args(["-c", line]).arg(program);
            shell
        }
        None => Command::new(program),
    };
    program::hears(&mut command);
    let command = command.args(["--exact", test, "--nocapture"]).env("MNIST_TEST_CHILD", "1").stdout(Stdio::piped());
    command.spawn().unwrap()
}

fn kill(child: &Child, signal: i32) {
    assert!(Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().unwrap().success());
}

/// What waits for a line of a worker.
fn waits(child: &mut Child) -> impl FnMut(&str) + use<> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    move |end: &str| assert!(lines.any(|line| line.unwrap().ends_with(end)), "no {end:?}")
}

#[test]
fn the_first_signal_asks_and_the_second_one_ends() {
    if std::env::var_os("MNIST_TEST_CHILD").is_some() {
        return work();
    }
    for (first, second) in [(2, 2), (2, 15), (15, 2), (15, 15)] {
        let mut child = worker("the_first_signal_asks_and_the_second_one_ends", None);
        let mut wait_for = waits(&mut child);
        wait_for("working");
        kill(&child, first);
        wait_for(&format!("stopping for {first}"));
        kill(&child, second);
        assert_eq!(child.wait().unwrap().signal(), Some(second));
    }
}

/// `nohup` has SIGHUP ignored, and a script's `&` SIGINT.
#[test]
fn what_was_ignored_at_the_start_stays_ignored() {
    if std::env::var_os("MNIST_TEST_CHILD").is_some() {
        return work();
    }
    let line = "trap '' HUP INT; exec \"$0\" \"$@\"";
    let mut child = worker("what_was_ignored_at_the_start_stays_ignored", Some(line));
    let mut wait_for = waits(&mut child);
    wait_for("working");
    kill(&child, 1);
    kill(&child, 2);
    kill(&child, 15);
    wait_for("stopping for 15");
    kill(&child, 1);
    kill(&child, 2);
    kill(&child, 15);
    assert_eq!(child.wait().unwrap().signal(), Some(15));
}
