use super::*;

/// Fails one operation, after it has done half of what it should, and does all others.
struct Faulty {
    /// The operations before that one.
    remaining: usize,
    failed: bool,
}

impl Faulty {
    fn next(&mut self) -> io::Result<()> {
        if self.remaining == 0 && !self.failed {
            self.failed = true;
            return Err(io::Error::new(ErrorKind::StorageFull, "injected"));
        }
        self.remaining = self.remaining.saturating_sub(1);
        Ok(())
    }
}

impl Disk for Faulty {
    fn create(&mut self, path: &Path) -> io::Result<File> {
        self.next()?;
        System.create(path)
    }
    fn set_permissions(&mut self, file: &File, permissions: Permissions) -> io::Result<()> {
        self.next()?;
        System.set_permissions(file, permissions)
    }
    fn write(&mut self, file: &File, bytes: &[u8]) -> io::Result<()> {
        System.write(file, &bytes[..bytes.len() / 2])?;
        self.next()?;
        System.write(file, &bytes[bytes.len() / 2..])
    }
    fn flush(&mut self, file: &File) -> io::Result<()> {
        self.next()?;
        System.flush(file)
    }
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.next()?;
        System.rename(from, to)
    }
}

/// Lets the first operation of `replace` fail, then the second, and so on until none fails; returns the failures.
fn fail_each_operation(case: &str, old: Option<&str>) -> Vec<String> {
    let folder = std::env::temp_dir().join(format!("mnist-faults-{case}-{}", process::id()));
    fs::create_dir(&folder).unwrap();
    let path = folder.join("weights");
    let mut failures = Vec::new();
    loop {
        if let Some(old) = old {
            fs::write(&path, old).unwrap();
        } else {
            let _ = fs::remove_file(&path);
        }
        let mut disk = Faulty { remaining: failures.len(), failed: false };
        let result = replace_on(&mut disk, &path, b"the new bytes", || Ok(()));
        let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(names.iter().all(|name| name == "weights"), "left behind: {names:?}");
        let found = fs::read_to_string(&path).ok();
        match result {
            Ok(_) => {
                assert_eq!(found.as_deref(), Some("the new bytes"));
                assert!(!disk.failed, "a failed operation was not reported");
                break;
            }
            Err(error) => {
                let message = error.to_string();
                let what = message.strip_prefix(&format!("{}: cannot ", path.display()));
                let what = what.and_then(|rest| rest.strip_suffix(": injected"));
                let what = what.unwrap_or_else(|| panic!("no path or no cause: {message}"));
                let in_place = what.contains("though the new file is in place");
                assert_eq!(found.as_deref(), if in_place { Some("the new bytes") } else { old }, "{message}");
                assert_eq!(error.kind(), ErrorKind::StorageFull);
                failures.push(what.split(" the folder ").next().unwrap().to_owned());
            }
        }
    }
    fs::remove_dir_all(&folder).unwrap();
    failures
}

#[test]
fn the_old_file_is_whole_whichever_operation_fails() {
    let mut expected = vec![
        "create a file in",
        "keep the permissions",
        "write",
        "flush to disk",
        "put the new file in place",
        #[cfg(unix)]
        "flush its folder to disk, though the new file is in place",
    ];
    assert_eq!(fail_each_operation("old", Some("the old bytes")), expected);
    expected.remove(1);
    assert_eq!(fail_each_operation("new", None), expected);
}
