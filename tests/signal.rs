//! The first signal is a request, the second one an order.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
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

#[test]
fn the_first_signal_asks_and_the_second_one_ends() {
    if std::env::var_os("MNIST_TEST_CHILD").is_some() {
        return work();
    }
    for (first, second) in [(2, 2), (2, 15), (15, 2), (15, 15)] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_first_signal_asks_and_the_second_one_ends", "--nocapture"])
            .env("MNIST_TEST_CHILD", "1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut wait_for = |end: &str| assert!(lines.any(|line| line.unwrap().ends_with(end)), "no {end:?}");
        let kill = |signal: i32| {
            let id = child.id().to_string();
            assert!(Command::new("kill").args([&format!("-{signal}"), &id]).status().unwrap().success());
        };
        wait_for("working");
        kill(first);
        wait_for(&format!("stopping for {first}"));
        kill(second);
        assert_eq!(child.wait().unwrap().signal(), Some(second));
    }
}
