//! Runs tests one after the other on the main thread, where the test library would start threads: so they run under an
//! emulator that has none, too.

/// A test and its name.
pub type Test = (&'static str, fn());

/// Each test with its name.
macro_rules! tests {
    ($($name:ident),* $(,)?) => { [$((stringify!($name), $name as fn())),*] };
}
pub(crate) use tests;

/// Runs the tests whose names hold what the command line names, or all. The first that fails ends the program.
pub fn run(tests: &[Test]) {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let named = |name: &str| wanted.as_ref().is_none_or(|wanted| name.contains(wanted.as_str()));
    for (name, test) in tests.iter().filter(|(name, _)| named(name)) {
        print!("test {name} ... ");
        let _ = std::io::Write::flush(&mut std::io::stdout());
        test();
        println!("ok");
    }
}
