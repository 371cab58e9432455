use serde_json::{Value, json};
use std::fmt;

/// The form of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Anything.
    Any,
    /// A type of the table.
    Named(&'static str),
    /// One of JSON's own types: its name here and in a schema.
    Plain(&'static str, &'static str),
    /// This text.
    Literal(&'static str),
    /// One of these.
    Either(Vec<Self>),
    /// Any number of these.
    List(Box<Self>),
    /// Exactly these.
    Tuple(Vec<Self>),
    /// An object with any keys and such values.
    Map(Box<Self>),
}

const PLAIN: [(&str, &str); 5] =
    [("Boolean", "boolean"), ("Integer", "integer"), ("Number", "number"), ("Text", "string"), ("null", "null")];

impl Form {
    /// `None` where the text is no form.
    pub(super) fn parse(text: &'static str) -> Option<Self> {
        let alternatives = split(text, '|')?;
        if let [one] = alternatives.as_slice() {
            return Self::parse_one(one.trim());
        }
        alternatives.into_iter().map(|one| Self::parse_one(one.trim())).collect::<Option<_>>().map(Self::Either)
    }

    fn parse_one(text: &'static str) -> Option<Self> {
        let within = |open, close| text.strip_prefix(open).and_then(|text| text.strip_suffix(close));
        if let Some(inner) = within('[', ']') {
            return Self::parse(inner).map(|form| Self::List(Box::new(form)));
        }
        if let Some(inner) = within('{', '}') {
            return Self::parse(inner).map(|form| Self::Map(Box::new(form)));
        }
        if let Some(inner) = within('(', ')') {
            return split(inner, ',')?
                .into_iter()
                .map(|one| Self::parse(one.trim()))
                .collect::<Option<_>>()
                .map(Self::Tuple);
        }
        if let Some(literal) = within('"', '"') {
            return Some(Self::Literal(literal));
        }
        if text == "Any" {
            return Some(Self::Any);
        }
        if let Some((name, schema)) = PLAIN.iter().find(|(name, _)| *name == text) {
            return Some(Self::Plain(name, schema));
        }
        let is_name = !text.is_empty() && text.chars().all(char::is_alphanumeric);
        is_name.then_some(Self::Named(text))
    }

    /// Types of the table it names.
    #[cfg(test)]
    pub(super) fn names(&self) -> Vec<&'static str> {
        match self {
            Self::Named(name) => vec![name],
            Self::Either(forms) | Self::Tuple(forms) => forms.iter().flat_map(Self::names).collect(),
            Self::List(form) | Self::Map(form) => form.names(),
            Self::Any | Self::Plain(..) | Self::Literal(_) => Vec::new(),
        }
    }

    /// Its JSON schema.
    pub(super) fn schema(&self) -> Value {
        match self {
            Self::Any => json!({}),
            Self::Named(name) => json!({"$ref": format!("#/components/schemas/{name}")}),
            Self::Plain(_, schema) => json!({"type": schema}),
            Self::Literal(text) => json!({"const": text}),
            Self::Either(forms) => json!({"anyOf": schemas(forms)}),
            Self::List(form) => json!({"type": "array", "items": form.schema()}),
            Self::Tuple(forms) => {
                json!({"type": "array", "items": schemas(forms), "minItems": forms.len(), "maxItems": forms.len()})
            }
            Self::Map(form) => json!({"type": "object", "additionalProperties": form.schema()}),
        }
    }
}

fn schemas(forms: &[Form]) -> Vec<Value> {
    forms.iter().map(Form::schema).collect()
}

/// As the table writes it.
impl fmt::Display for Form {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |forms: &[Self], by: &str| forms.iter().map(Self::to_string).collect::<Vec<_>>().join(by);
        match self {
            Self::Any => out.write_str("Any"),
            Self::Named(name) | Self::Plain(name, _) => out.write_str(name),
            Self::Literal(text) => write!(out, "\"{text}\""),
            Self::Either(forms) => out.write_str(&joined(forms, " | ")),
            Self::List(form) => write!(out, "[{form}]"),
            Self::Tuple(forms) => write!(out, "({})", joined(forms, ", ")),
            Self::Map(form) => write!(out, "{{{form}}}"),
        }
    }
}

/// Parts between separators outside all brackets; `None` where brackets do not match.
fn split(text: &'static str, separator: char) -> Option<Vec<&'static str>> {
    let (mut depth, mut start, mut parts) = (0_u32, 0, Vec::new());
    for (at, char) in text.char_indices() {
        match char {
            '[' | '{' | '(' => depth += 1,
            ']' | '}' | ')' => depth = depth.checked_sub(1)?,
            _ if char == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + char.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    (depth == 0).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_read_back_as_they_are_written() {
        for text in ["Any", "[Hash | [Hash | null] | null]", "{{Text}}", "[(Request, [TraceType])]", "\"a\" | \"b\""] {
            assert_eq!(Form::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "[A", "A]", "A||B", "[A]]", "A B", "(A, )"] {
            assert_eq!(Form::parse(text), None, "{text}");
        }
    }
}
