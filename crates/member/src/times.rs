use jiff::{Timestamp, tz::TimeZone};
use std::time::{SystemTime, UNIX_EPOCH};

const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];

/// A moment in the reader's own time zone, and how far it is: `2026-11-23 20:10 +01:00 (in 23 h 59 min)`.
pub(crate) fn moment(seconds: u64) -> String {
    format!("{} ({})", local(seconds, &TimeZone::system()), distance(seconds, now()))
}

fn local(seconds: u64, zone: &TimeZone) -> String {
    let stamp = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    match stamp {
        Some(stamp) => stamp.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
        None => format!("second {seconds}"),
    }
}

fn distance(seconds: u64, now: u64) -> String {
    match seconds.checked_sub(now) {
        Some(0) => "now".to_owned(),
        Some(left) => format!("in {}", span(left)),
        None => format!("{} ago", span(now.saturating_sub(seconds))),
    }
}

/// The two largest units of a number of seconds: `1 d 2 h`.
pub(crate) fn span(seconds: u64) -> String {
    let mut left = seconds;
    let parts = UNITS.map(|(unit, name)| {
        let count = left / unit;
        left %= unit;
        (count, name)
    });
    let shown = parts.iter().skip_while(|(count, _)| *count == 0).take(2).filter(|(count, _)| *count > 0);
    let text = shown.map(|(count, name)| format!("{count} {name}")).collect::<Vec<_>>().join(" ");
    if text.is_empty() { "0 s".to_owned() } else { text }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_two_units_at_most() {
        let spans = [0, 59, 60, 3_661, 86_400, 93_784].map(span);
        assert_eq!(spans, ["0 s", "59 s", "1 min", "1 h 1 min", "1 d", "1 d 2 h"]);
    }

    #[test]
    fn moments_are_in_the_zone_of_the_reader() {
        let zone = TimeZone::fixed(jiff::tz::Offset::constant(1));
        assert_eq!(local(1_795_382_399, &zone), "2026-11-22 22:19:59 +01:00");
        assert_eq!(local(u64::MAX, &zone), "second 18446744073709551615");
        assert_eq!(distance(100, 40), "in 1 min");
        assert_eq!((distance(40, 100), distance(40, 40)), ("1 min ago".to_owned(), "now".to_owned()));
    }
}
