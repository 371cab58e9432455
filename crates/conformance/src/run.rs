#![allow(clippy::disallowed_methods, reason = "reads third-party data; no part of a node")]

use crate::{Expected, Report, Suite, case::Case, report::CaseResult};
use eyre::WrapErr;
use std::{
    ffi::OsStr,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Which cases are played, and how.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Threads; 0 is one a core.
    pub jobs: usize,
    /// Only cases whose full name, `FILE::CASE`, contains this.
    pub filter: Option<String>,
    /// Only so many cases of each file, spread evenly; the same ones every time.
    pub per_file: Option<usize>,
    /// The cases that are to fail.
    pub expected: Expected,
}

/// Plays every case of every JSON file below a folder (or of one file).
///
/// # Errors
/// The folder cannot be read. What is wrong with a file is a failed case.
pub fn run(suite: Suite, dir: &Path, selection: &Selection) -> eyre::Result<Report> {
    let files = files(dir).wrap_err_with(|| dir.display().to_string())?;
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let played = play_file(suite, dir, file, selection);
            results.lock().expect("no case panics past its own bounds").push((file, played));
        }
    };
    thread::scope(|scope| {
        for _ in 1..jobs(selection) {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results.into_inner().expect("every thread has ended");
    results.sort_by_key(|(file, _)| *file);
    Ok(Report { results: results.into_iter().flat_map(|(_, played)| played).collect() })
}

fn jobs(selection: &Selection) -> usize {
    match selection.jobs {
        0 => thread::available_parallelism().map_or(1, usize::from),
        jobs => jobs,
    }
}

/// JSON files in order of their names; hidden folders hold no fixtures.
fn files(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    if dir.is_file() {
        return Ok(vec![dir.to_path_buf()]);
    }
    let (mut found, mut folders) = (Vec::new(), vec![dir.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            let name = path.file_name().map(OsStr::as_encoded_bytes).unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(b".json") || name.ends_with(b".json.gz") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn play_file(suite: Suite, dir: &Path, file: &Path, selection: &Selection) -> Vec<CaseResult> {
    let short = file.strip_prefix(dir).ok().filter(|short| !short.as_os_str().is_empty()).unwrap_or(file);
    let short = short.display().to_string();
    let cases = match read(file).and_then(|json| suite.cases(file, &json)) {
        Ok(cases) => cases,
        Err(error) => vec![Case::new("", move || Err(error))],
    };
    let mut cases: Vec<(String, Case)> =
        cases.into_iter().map(|case| (format!("{short}::{}", case.name), case)).collect();
    if let Some(filter) = &selection.filter {
        cases.retain(|(name, _)| name.contains(filter));
    }
    let step = selection.per_file.map_or(1, |most| cases.len().div_ceil(most.max(1)).max(1));
    cases.into_iter().step_by(step).map(|(name, case)| play(name, case, &selection.expected)).collect()
}

fn play(name: String, case: Case, expected: &Expected) -> CaseResult {
    let result = catch_unwind(AssertUnwindSafe(case.play)).unwrap_or_else(|_| Err("panicked".into()));
    CaseResult { expected_to_fail: expected.fails(&name), error: result.err(), name }
}

/// A file's text, unpacked where it is compressed.
fn read(file: &Path) -> Result<Vec<u8>, String> {
    if file.extension() != Some(OsStr::new("gz")) {
        return fs::read(file).map_err(|error| error.to_string());
    }
    let unpacked = std::process::Command::new("gzip").arg("-dc").arg(file).output();
    let unpacked = unpacked.map_err(|error| format!("gzip: {error}"))?;
    if unpacked.status.success() { Ok(unpacked.stdout) } else { Err("gzip cannot unpack it".into()) }
}
