//! Durations as Go writes them (`1m30s`, `1.5s`, `300ms`), which geth's trace options hold.

use std::time::Duration;

/// Nanoseconds of each unit.
const UNITS: [(&str, f64); 8] =
    [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3_600e9)];

/// The duration, nothing for a negative one; `None` where the text is none.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    let mut sum_ns = 0.0;
    loop {
        let digits = rest.find(|char: char| !char.is_ascii_digit() && char != '.').filter(|digits| *digits > 0)?;
        let (number, unit) = rest.split_at(digits);
        let length = unit.find(|char: char| char.is_ascii_digit() || char == '.').unwrap_or(unit.len());
        let (unit, next) = unit.split_at(length);
        let (_, unit_ns) = UNITS.iter().find(|(name, _)| *name == unit)?;
        sum_ns += number.parse::<f64>().ok()? * unit_ns;
        rest = next;
        if rest.is_empty() {
            break;
        }
    }
    let duration = Duration::try_from_secs_f64(sum_ns / 1e9).ok()?;
    Some(if negative { Duration::ZERO } else { duration })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_go_reads_them() {
        for (text, ms) in
            [("10s", 10_000), ("1m30s", 90_000), ("1.5s", 1_500), ("300ms", 300), ("0", 0), ("0s", 0), ("-1s", 0)]
        {
            assert_eq!(duration(text), Some(Duration::from_millis(ms)), "{text}");
        }
        for text in ["", "10", "s", "1x", "1s2", ".s", "1..s", "--1s", "never"] {
            assert_eq!(duration(text), None, "{text}");
        }
        assert_eq!(duration(&format!("{}h", "9".repeat(400))), None);
    }
}
