use std::{collections::BTreeSet, fs, path::Path};

/// `USER_HZ`, which Linux shows to programs as 100 everywhere.
const TICKS_PER_SECOND: f64 = 100.0;
/// State `LISTEN` in `/proc/net/tcp`.
const LISTEN: &str = "0A";

/// A process of this machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) name: String,
}

impl Process {
    pub(crate) fn this() -> Self {
        Self { pid: std::process::id(), name: "(load generator)".into() }
    }

    /// User and system time so far, in seconds; 0 when it is gone.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        cpu_seconds(&stat).unwrap_or(0.0)
    }
}

/// Processes of this machine that listen on the ports, where `/proc` lets us see them.
pub(crate) fn listening_on(ports: &[u16]) -> Vec<Process> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default());
    let sockets: BTreeSet<String> = tables.iter().flat_map(|table| sockets(table, ports)).collect();
    if sockets.is_empty() {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let mut found: Vec<_> = pids.filter(|pid| holds(*pid, &sockets)).map(process).collect();
    found.sort();
    found
}

fn process(pid: u32) -> Process {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    Process { pid, name: name.trim().to_owned() }
}

/// `socket:[inode]` of each listener on one of the ports.
fn sockets(table: &str, ports: &[u16]) -> Vec<String> {
    let listener = |line: &str| {
        let mut fields = line.split_whitespace().skip(1);
        let port = u16::from_str_radix(fields.next()?.rsplit(':').next()?, 16).ok()?;
        let state = fields.nth(1)?;
        let inode = fields.nth(5)?;
        (state == LISTEN && ports.contains(&port)).then(|| format!("socket:[{inode}]"))
    };
    table.lines().skip(1).filter_map(listener).collect()
}

fn holds(pid: u32, sockets: &BTreeSet<String>) -> bool {
    let Ok(files) = fs::read_dir(Path::new("/proc").join(pid.to_string()).join("fd")) else { return false };
    let links = files.flatten().filter_map(|file| fs::read_link(file.path()).ok());
    links.into_iter().any(|link| link.to_str().is_some_and(|link| sockets.contains(link)))
}

/// Fields 14 and 15 of `/proc/<pid>/stat`; the name before them may hold spaces and brackets.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(ticks as f64 / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_process_is_found_by_the_port_it_listens_on() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let found = listening_on(&[listener.local_addr().unwrap().port()]);
        assert!(found.iter().any(|process| process.pid == std::process::id()), "{found:?}");
    }

    #[test]
    fn cpu_time_is_read_past_a_name_with_brackets() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0";
        assert_eq!(cpu_seconds(stat), Some(3.0));
    }
}
