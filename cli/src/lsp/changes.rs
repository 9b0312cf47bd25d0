//! Edits as the client sends them. The library's own types take a range that cannot be read for none, and so an edit for a whole text.

use gen_lsp_types::{OptionalVersionedTextDocumentIdentifier, Position, Range};
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

/// The parameters of `textDocument/didChange`. Some clients give no version.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// What is edited, and the version that it has afterwards.
    pub text_document: OptionalVersionedTextDocumentIdentifier,
    /// The edits, one after the other.
    pub content_changes: Vec<Change>,
}

/// An edit.
#[derive(serde::Deserialize)]
pub struct Change {
    /// What is replaced; everything where it is `None`.
    #[serde(default, deserialize_with = "range")]
    pub range: Option<Range>,
    /// What is there afterwards.
    pub text: String,
}

fn range<'d, D: Deserializer<'d>>(from: D) -> Result<Option<Range>, D::Error> {
    let position = |at: &Value| {
        Some(Position {
            line: count(&at["line"])?,
            character: count(&at["character"])?,
        })
    };
    let range = |range: &Value| {
        Some(Range {
            start: position(&range["start"])?,
            end: position(&range["end"])?,
        })
    };
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        value => match range(&value) {
            Some(range) => Ok(Some(range)),
            None => Err(D::Error::custom("expected a range")),
        },
    }
}

/// A number of lines or characters, which some languages write as `4.0`. One that is too large lies beyond every text all the same.
fn count(value: &Value) -> Option<u32> {
    let number = value.as_f64()?;
    (number >= 0.0 && number.fract() == 0.0).then_some(number as u32)
}

#[cfg(test)]
mod tests {
    use super::Change;
    use serde_json::json;

    #[test]
    fn a_range_that_cannot_be_read_is_not_the_whole_text() {
        let read = |range: serde_json::Value| {
            serde_json::from_value::<Change>(json!({"range": range, "text": ""})).map(|change| change.range)
        };
        let from = |line: serde_json::Value| json!({"start": {"line": line, "character": 0}, "end": {"line": 9, "character": 1}});
        for (line, wanted) in [(json!(4), 4), (json!(4.0), 4), (json!(1u64 << 32), u32::MAX)] {
            assert_eq!(read(from(line)).unwrap().unwrap().start.line, wanted);
        }
        for line in [json!(-1), json!(0.5), json!("4"), json!(null)] {
            assert!(read(from(line)).is_err());
        }
        assert!(read(json!({"start": {"line": 0, "character": 0}})).is_err());
        assert!(read(json!(4)).is_err());
        assert!(read(json!(null)).unwrap().is_none());
        assert!(
            serde_json::from_value::<Change>(json!({"text": ""}))
                .unwrap()
                .range
                .is_none()
        );
    }
}
