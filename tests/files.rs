//! Files that are replaced whole or grow by whole lines, with everything that can get in the way.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use mnist::file::{Lines, check_writable, replace};
use mnist::system::signal::report_file_size_limit;

/// A folder of its own for a test, empty at first.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// In a process that `child` started: the folder that it works in.
fn child_folder() -> Option<PathBuf> {
    std::env::var_os("MNIST_TEST_FOLDER").map(PathBuf::from)
}

/// Runs `test` of this file again in another process, under a command of the shell.
fn child(test: &str, folder: &Path, shell: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{shell} exec \"$@\""), "sh"]);
    command.arg(std::env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]);
    command.env("MNIST_TEST_FOLDER", folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Waits for a line of the child that ends with `end`.
fn wait_for(child: &mut Child, end: &str) {
    let output = child.stdout.as_mut().unwrap();
    assert!(BufReader::new(output).lines().any(|line| line.unwrap().ends_with(end)), "no {end}");
}

/// Starts a process that writes forever, and kills it in each round a little later.
fn kill_a_writer(test: &str, folder: &Path, round: u64) {
    let mut child = child(test, folder, "").spawn().unwrap();
    wait_for(&mut child, "ready");
    thread::sleep(Duration::from_micros(1700 * round));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_file_is_created_or_replaced_with_its_permissions() {
    let folder = folder("permissions");
    let path = folder.join("w");
    check_writable(&path).unwrap();
    assert_eq!(names(&folder), [""; 0], "the check left something behind");

    replace(&path, b"first").unwrap();
    fs::write(folder.join("other"), "").unwrap();
    assert_eq!(mode(&path), mode(&folder.join("other")), "not the permissions of every new file");
    for bits in [0o600, 0o664, 0o777, 0o640] {
        set_mode(&path, bits);
        check_writable(&path).unwrap();
        replace(&path, &[bits as u8; 100_000]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), [bits as u8; 100_000]);
        assert_eq!(mode(&path), bits);
    }
    replace(&path, b"").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"");
    assert_eq!(names(&folder), ["other", "w"]);

    // A name as long as a name may be.
    let long = folder.join("x".repeat(255));
    check_writable(&long).unwrap();
    replace(&long, b"long").unwrap();
    assert_eq!(fs::read(&long).unwrap(), b"long");
}

#[test]
fn the_check_touches_nothing() {
    let path = folder("touches").join("w");
    fs::write(&path, "old").unwrap();
    let before = fs::metadata(&path).unwrap();
    thread::sleep(Duration::from_millis(20));
    check_writable(&path).unwrap();
    let after = fs::metadata(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
}

#[test]
fn links_stay_and_what_they_point_to_is_replaced() {
    let folder = folder("links");
    let (near, far) = (folder.join("near"), folder.join("far"));
    fs::create_dir(&near).unwrap();
    fs::create_dir(&far).unwrap();
    symlink("link2", near.join("link1")).unwrap();
    symlink("../far/w", near.join("link2")).unwrap();
    symlink(folder.join("far/w"), near.join("link3")).unwrap();

    // The first time the links point to nothing yet.
    for (link, text) in [("link1", "one"), ("link1", "two"), ("link2", "three"), ("link3", "four")] {
        check_writable(&near.join(link)).unwrap();
        replace(&near.join(link), text.as_bytes()).unwrap();
        assert_eq!(fs::read_to_string(far.join("w")).unwrap(), text);
    }
    for link in ["link1", "link2", "link3"] {
        assert!(near.join(link).is_symlink());
    }
    assert!(!far.join("w").is_symlink());
    assert_eq!((names(&near).len(), names(&far).len()), (3, 1));
}

#[test]
fn pipes_and_devices_are_written_directly() {
    let folder = folder("pipes");
    let pipe = folder.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    check_writable(&pipe).unwrap();
    let reader = thread::spawn({
        let pipe = pipe.clone();
        move || fs::read(pipe).unwrap()
    });
    replace(&pipe, &[7; 200_000]).unwrap();
    assert_eq!(reader.join().unwrap(), [7; 200_000]);

    let reader = thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).unwrap()
    });
    let mut text = "epoch\n".to_owned();
    let mut lines = Lines::start(&pipe, &text).unwrap();
    for number in 1..20 {
        text += &row(number);
        lines.grow_to(&text).unwrap();
    }
    drop(lines);
    assert_eq!(reader.join().unwrap(), text);
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
    assert_eq!(names(&folder), ["pipe"]);

    check_writable(Path::new("/dev/null")).unwrap();
    replace(Path::new("/dev/null"), b"nothing").unwrap();
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

#[test]
fn what_cannot_be_replaced_is_told_before_and_after() {
    let folder = folder("refused");
    fs::write(folder.join("file"), "old").unwrap();
    fs::write(folder.join("read-only"), "old").unwrap();
    set_mode(&folder.join("read-only"), 0o444);
    symlink("read-only", folder.join("link")).unwrap();
    symlink("nowhere/w", folder.join("dangling")).unwrap();
    symlink("loop", folder.join("loop")).unwrap();
    let before = names(&folder);

    let in_folder = |name: &str| format!("{}/{name}", folder.display());
    let missing = |name: &str| format!("there is no folder {}; create it or choose another", in_folder(name));
    let read_only = "the file is read-only; make it writable or choose another name".to_owned();
    let cases = [
        (in_folder(""), ErrorKind::IsADirectory, "expected the name of a file, found that of a folder".to_owned()),
        (in_folder("new/"), ErrorKind::IsADirectory, "expected the name of a file, found that of a folder".to_owned()),
        (in_folder("."), ErrorKind::IsADirectory, "expected a file, found a folder".to_owned()),
        (in_folder("none/w"), ErrorKind::NotFound, missing("none")),
        (in_folder("none/.."), ErrorKind::NotFound, missing("none")),
        (in_folder("none/none/w"), ErrorKind::NotFound, missing("none/none")),
        (in_folder("dangling"), ErrorKind::NotFound, missing("nowhere")),
        (in_folder("file/w"), ErrorKind::NotADirectory, "cannot look at the file: Not a directory".to_owned()),
        (in_folder("read-only"), ErrorKind::PermissionDenied, read_only.clone()),
        (in_folder("link"), ErrorKind::PermissionDenied, read_only),
        (in_folder(&"x".repeat(256)), ErrorKind::InvalidFilename, "cannot look at the file: File name too".to_owned()),
        (String::new(), ErrorKind::InvalidInput, "expected the name of a file, found nothing".to_owned()),
    ];
    for (path, kind, reason) in cases {
        let path = Path::new(&path);
        let results = [check_writable(path), replace(path, b"new"), Lines::start(path, "new\n").map(drop)];
        for error in results.map(Result::unwrap_err) {
            assert!(error.to_string().starts_with(&format!("{}: {reason}", path.display())), "{reason}\n{error}");
            assert_eq!(error.kind(), kind, "{error}");
        }
    }
    assert!(check_writable(&folder.join("loop")).is_err());
    assert_eq!(names(&folder), before);
    assert_eq!(fs::read(folder.join("read-only")).unwrap(), b"old");
}

/// In a folder without permission only an administrator can create a file; the check knows who we are.
#[test]
fn the_check_says_what_replacing_will_do() {
    let folder = folder("closed");
    let path = folder.join("w");
    fs::write(&path, "old").unwrap();
    set_mode(&folder, 0o555);
    let checked = check_writable(&path);
    let replaced = replace(&path, b"new");
    set_mode(&folder, 0o755);
    match (checked, replaced) {
        (Ok(()), Ok(())) => assert_eq!(fs::read(&path).unwrap(), b"new"),
        (Err(checked), Err(replaced)) => {
            let expected = format!("{}: cannot create a file in the folder {}: Perm", path.display(), folder.display());
            assert!(checked.to_string().starts_with(&expected), "{checked}");
            assert_eq!(checked.to_string(), replaced.to_string());
            assert_eq!(fs::read(&path).unwrap(), b"old");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(names(&folder), ["w"]);
}

#[test]
fn a_folder_that_vanished_is_told() {
    let folder = folder("vanished");
    let path = folder.join("w");
    check_writable(&path).unwrap();
    fs::remove_dir(&folder).unwrap();
    let error = replace(&path, b"new").unwrap_err().to_string();
    assert!(
        error.ends_with(&format!("there is no folder {}; create it or choose another", folder.display())),
        "{error}"
    );
}

// ---- Other processes ----

/// 1 MB that can be recognised as whole.
fn megabyte(byte: u8) -> Vec<u8> {
    vec![byte; 1_000_000]
}

/// Writes whole files over each other until it is killed.
fn write_forever(folder: &Path) -> ! {
    let byte = std::process::id() as u8;
    println!("ready");
    loop {
        replace(&folder.join("w"), &megabyte(byte)).unwrap();
    }
}

#[test]
fn three_processes_in_one_folder_never_mix_their_files() {
    if let Some(folder) = child_folder() {
        write_forever(&folder);
    }
    let folder = folder("three");
    let path = folder.join("w");
    let mut children =
        [(); 3].map(|()| child("three_processes_in_one_folder_never_mix_their_files", &folder, "").spawn().unwrap());
    children.iter_mut().for_each(|child| wait_for(child, "ready"));
    replace(&path, &megabyte(0)).unwrap();
    for _ in 0..200 {
        let bytes = fs::read(&path).unwrap();
        assert_eq!(bytes, megabyte(bytes[0]));
    }
    for mut child in children {
        assert_eq!(child.try_wait().unwrap(), None, "a process failed");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn a_file_is_whole_whenever_its_writer_is_killed() {
    if let Some(folder) = child_folder() {
        write_forever(&folder);
    }
    let folder = folder("killed");
    for round in 0..20 {
        kill_a_writer("a_file_is_whole_whenever_its_writer_is_killed", &folder, round);
        if let Ok(bytes) = fs::read(folder.join("w")) {
            assert_eq!(bytes, megabyte(bytes[0]));
        }
    }
    assert!(folder.join("w").exists(), "no process was fast enough to write anything");
    // What was left behind does not get in the way.
    replace(&folder.join("w"), b"new").unwrap();
    let left = names(&folder);
    assert!(left.iter().all(|name| name == "w" || (name.starts_with(".mnist-") && name.ends_with(".tmp"))), "{left:?}");
}

/// A limit on the size of files is as good as a full disk, and needs no disk.
#[test]
fn on_a_full_disk_the_old_file_stays_and_the_cause_is_told() {
    if let Some(folder) = child_folder() {
        report_file_size_limit();
        let path = folder.join("w");
        check_writable(&path).unwrap();
        let error = replace(&path, &megabyte(1)).unwrap_err();
        assert_eq!(error.to_string(), format!("{}: cannot write: File too large (os error 27)", path.display()));

        let mut text = "epoch,loss\n".to_owned();
        let mut lines = Lines::start(&folder.join("history"), &text).unwrap();
        let error = loop {
            let whole = text.len();
            text += &"1234567,0.123456".repeat(10);
            text.push('\n');
            if let Err(error) = lines.grow_to(&text) {
                text.truncate(whole);
                break error;
            }
        };
        assert!(error.to_string().contains("history: cannot write: File too large"), "{error}");
        lines.grow_to(&(text + "short\n")).unwrap();
        println!("done");
        return;
    }
    // Before a disk is full for a file it is full for the half of one: so many blocks of 512 bytes, which end in the
    // middle of a page, where a row is appended, and between two, where the file is replaced.
    for blocks in [100, 104] {
        let folder = folder("full");
        fs::write(folder.join("w"), "old").unwrap();
        let limit = format!("ulimit -f {blocks};");
        let test = "on_a_full_disk_the_old_file_stays_and_the_cause_is_told";
        let output = child(test, &folder, &limit).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stdout).contains("done"));
        assert_eq!(fs::read(folder.join("w")).unwrap(), b"old");
        assert_eq!(names(&folder), ["history", "w"]);

        let history = fs::read_to_string(folder.join("history")).unwrap();
        let rows = history.strip_prefix("epoch,loss\n").unwrap();
        let rows = rows.strip_suffix("short\n").unwrap();
        assert_eq!(rows.lines().count(), (blocks * 512 - 11) / 161);
        assert!(rows.lines().all(|row| row.len() == 160), "half a line stayed");
    }
}

#[test]
fn without_the_request_the_limit_kills() {
    if let Some(folder) = child_folder() {
        let _ = replace(&folder.join("w"), &megabyte(1));
        return;
    }
    let folder = folder("limit");
    let limit = "ulimit -c 0; ulimit -f 100;";
    let status = child("without_the_request_the_limit_kills", &folder, limit).status().unwrap();
    assert_eq!(status.signal(), Some(25), "report_file_size_limit is not needed any more");
}

// ---- Growing files ----

/// A row of a table: most lie within a page of memory, some on many.
fn row(number: usize) -> String {
    let cells = if number.is_multiple_of(8) { 20_000 } else { 10 };
    format!("{number},").repeat(cells) + "\n"
}

#[test]
fn lines_can_be_followed_and_are_cut_back_on_resuming() {
    let folder = folder("lines");
    let path = folder.join("history.csv");
    fs::write(&path, "of another run\n").unwrap();

    let mut text = "epoch,loss\n".to_owned();
    let mut lines = Lines::start(&path, &text).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    let mut follower = fs::File::open(&path).unwrap();
    for (line, seen) in [("1,0.5\n", "epoch,loss\n1,0.5\n"), ("2,0.25\n", "2,0.25\n"), ("3,0.125\n", "3,0.125\n")] {
        text += line;
        lines.grow_to(&text).unwrap();
        let mut new = String::new();
        follower.read_to_string(&mut new).unwrap();
        assert_eq!(new, seen);
    }
    drop(lines);

    // Interrupted; the checkpoint knows of two epochs.
    let mut first = Lines::start(&path, "epoch,loss\n1,0.5\n2,0.25\n").unwrap();
    text = "epoch,loss\n1,0.5\n2,0.25\n3,0.1\n".to_owned();
    first.grow_to(&text).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), text);

    // A second run with the same history: the file is always that of one.
    let mut second = Lines::start(&path, "epoch,loss\n").unwrap();
    text += "4,0.1\n";
    first.grow_to(&text).unwrap();
    second.grow_to("epoch,loss\n1,9\n").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "epoch,loss\n1,9\n");
    text += &row(8);
    first.grow_to(&text).unwrap();
    second.grow_to("epoch,loss\n1,9\n2,8\n").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(names(&folder), ["history.csv"]);
}

/// A row that ends where a page ends still lies within it, as does the next.
#[test]
fn a_growing_file_is_a_new_one_where_a_row_crosses_a_page() {
    let folder = folder("pages");
    let path = folder.join("w");
    let mut text = String::new();
    let mut lines = Lines::start(&path, &text).unwrap();
    for length in [1, 4095, 4096, 4097, 4095, 1, 2, 8192].into_iter().chain(1..300) {
        let (begin, number) = (text.len(), fs::metadata(&path).unwrap().ino());
        text += &"x".repeat(length - 1);
        text.push('\n');
        lines.grow_to(&text).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        let crosses = begin / 4096 < (text.len() - 1) / 4096;
        let new = fs::metadata(&path).unwrap().ino() != number;
        assert_eq!(new, crosses, "{length} bytes at {begin}");
    }
    assert_eq!(names(&folder), ["w"]);
}

#[test]
fn a_growing_file_is_whole_whenever_its_writer_is_killed() {
    if let Some(folder) = child_folder() {
        let mut text = row(0);
        let mut lines = Lines::start(&folder.join("w"), &text).unwrap();
        println!("ready");
        for number in 1.. {
            text += &row(number);
            lines.grow_to(&text).unwrap();
        }
    }
    let folder = folder("growing");
    for round in 0..20 {
        kill_a_writer("a_growing_file_is_whole_whenever_its_writer_is_killed", &folder, round);
        let text = fs::read_to_string(folder.join("w")).unwrap();
        let rows: String = (0..text.lines().count()).map(row).collect();
        assert!(text == rows, "round {round}: cut after {} bytes", text.len());
    }
}
