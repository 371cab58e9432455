use super::{Rpc, until};
use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

/// A running process of the binary; killed when dropped.
pub(crate) struct Althing {
    child: Child,
    output: Arc<Mutex<String>>,
    talk: Arc<Mutex<String>>,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Exit code, `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) output: String,
    /// Standard error.
    pub(crate) talk: String,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_althing"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs to the end.
pub(crate) fn run(arguments: &[&str]) -> Finished {
    let output = command(arguments).output().unwrap();
    Finished {
        code: output.status.code(),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        talk: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Althing {
    /// Starts a process.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, |_| {})
    }

    /// Starts a process, after a last change to its command.
    pub(crate) fn start_with(arguments: &[&str], change: impl FnOnce(&mut Command)) -> Self {
        let mut command = command(arguments);
        change(&mut command);
        let mut child = command.spawn().unwrap();
        let output = collect(child.stdout.take().unwrap());
        let talk = collect(child.stderr.take().unwrap());
        Self { child, output, talk }
    }

    /// `althing dev` on a folder with a free port.
    pub(crate) fn dev(dir: &Path, more: &[&str]) -> Self {
        let dir = dir.to_str().unwrap();
        Self::start(&[&["dev", "--datadir", dir, "--http.port", "0"], more].concat())
    }

    /// What it wrote to standard output so far.
    pub(crate) fn output(&self) -> String {
        self.output.lock().unwrap().clone()
    }

    /// What it wrote to standard error so far.
    pub(crate) fn talk(&self) -> String {
        self.talk.lock().unwrap().clone()
    }

    /// Address after `prefix` in its output, once it is there.
    pub(crate) fn address(&mut self, prefix: &str) -> SocketAddr {
        until(prefix, || {
            let output = self.output();
            let found = output.split(prefix).nth(1).and_then(|rest| rest.split_whitespace().next()?.parse().ok());
            if found.is_none() && self.child.try_wait().unwrap().is_some() {
                panic!("the process ended:\n{output}\n{}", self.talk());
            }
            found
        })
    }

    /// A client of its JSON-RPC, once it serves.
    pub(crate) fn rpc(&mut self) -> Rpc {
        Rpc(self.address("http://"))
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop in order and waits.
    pub(crate) fn stop(mut self) -> Finished {
        signal("-TERM", self.id());
        self.finish()
    }

    /// Kills it at once.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub(crate) fn finish(&mut self) -> Finished {
        let status = until("the end of a process", || self.child.try_wait().unwrap());
        Finished { code: status.code(), output: self.output(), talk: self.talk() }
    }
}

impl Drop for Althing {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process this test started.
pub(crate) fn signal(signal: &str, process: u32) {
    assert!(Command::new("kill").args([signal, &process.to_string()]).status().unwrap().success());
}

fn collect(input: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let shared = text.clone();
    std::thread::spawn(move || {
        for line in BufReader::new(input).lines().map_while(Result::ok) {
            let mut text = shared.lock().unwrap();
            text.push_str(&line);
            text.push('\n');
        }
    });
    text
}
