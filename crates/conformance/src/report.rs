use serde_json::{Value, json};

/// What became of every case.
#[derive(Debug, Default)]
pub struct Report {
    pub(crate) results: Vec<CaseResult>,
}

#[derive(Debug)]
pub(crate) struct CaseResult {
    /// File and case.
    pub(crate) name: String,
    /// How we differ.
    pub(crate) error: Option<String>,
    /// Whether it was to fail.
    pub(crate) expected_to_fail: bool,
}

impl CaseResult {
    /// As hoped for: it passes, or fails as the reviewed file says.
    fn is_right(&self) -> bool {
        self.error.is_some() == self.expected_to_fail
    }
}

impl Report {
    /// Cases that passed, or failed as the reviewed file says.
    pub fn passed(&self) -> usize {
        self.results.iter().filter(|result| result.is_right()).count()
    }

    /// Cases that failed, or passed although the reviewed file says otherwise.
    pub fn failed(&self) -> usize {
        self.results.len() - self.passed()
    }

    /// Of those that passed, the ones that failed as expected.
    pub fn failed_as_expected(&self) -> usize {
        self.results.iter().filter(|result| result.expected_to_fail && result.error.is_some()).count()
    }

    /// A line for each failure.
    pub fn failures(&self) -> impl Iterator<Item = String> + '_ {
        self.results.iter().filter(|result| !result.is_right()).map(|result| match &result.error {
            Some(error) => format!("FAILED {}: {error}", result.name),
            None => format!("FAILED {}: passes, but is listed as an expected failure", result.name),
        })
    }

    /// The closing line.
    pub fn closing_line(&self) -> String {
        let expected = match self.failed_as_expected() {
            0 => String::new(),
            count => format!(" ({count} of them failed as expected)"),
        };
        format!("{} passed, {} failed{expected}", self.passed(), self.failed())
    }

    /// Everything, for programs.
    pub fn to_json(&self, suite: &str) -> Value {
        let case = |result: &CaseResult| {
            let outcome = if result.is_right() { "pass" } else { "fail" };
            json!({ "name": result.name, "result": outcome, "error": result.error,
                "expectedToFail": result.expected_to_fail })
        };
        let cases: Vec<Value> = self.results.iter().map(case).collect();
        json!({ "suite": suite, "passed": self.passed(), "failed": self.failed(), "cases": cases })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unexpected_pass_is_a_failure() {
        let result = |error: Option<&str>, expected_to_fail| CaseResult {
            name: "case".into(),
            error: error.map(str::to_owned),
            expected_to_fail,
        };
        let results = vec![result(None, false), result(Some("x"), true), result(None, true), result(Some("y"), false)];
        let report = Report { results };
        assert_eq!(report.closing_line(), "2 passed, 2 failed (1 of them failed as expected)");
        assert_eq!(report.failures().count(), 2);
        assert_eq!(report.to_json("state")["failed"], 2);
    }
}
