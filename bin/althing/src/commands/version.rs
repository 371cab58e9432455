use crate::answer::answer;

/// Prints name, version and platform.
pub(crate) fn run() -> eyre::Result<()> {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    Ok(answer(format_args!("althing {} {os}-{arch}", env!("CARGO_PKG_VERSION")))?)
}
