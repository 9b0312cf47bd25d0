//! Partly late-bound strings, whose known parts can still be checked and edited.

use crate::model::{Bindable, BindablePart};

/// The first of the private-use characters, one for each late part.
const FIRST: u32 = 0xE000;
/// The number of such characters.
const MOST: usize = 0x1900;

/// A string with a single character in place of each late part.
pub(super) struct Masked<'b> {
    /// The text. Its placeholders are neither letters nor digits nor punctuation.
    pub text: String,
    late: Vec<&'b str>,
}

impl<'b> Masked<'b> {
    /// None if there are too many late parts, or the text contains private-use characters itself.
    pub fn new(value: &'b Bindable) -> Option<Masked<'b>> {
        let mut masked = Masked {
            text: String::new(),
            late: Vec::new(),
        };
        for part in &value.parts {
            match part {
                BindablePart::Text(text) if text.contains(stands_in) => return None,
                BindablePart::Text(text) => masked.text.push_str(text),
                BindablePart::Late(expression) => {
                    masked.text.push(stand_in(masked.late.len())?);
                    masked.late.push(expression);
                }
            }
        }
        Some(masked)
    }

    /// Whether a part is late.
    pub fn is_late(&self) -> bool {
        !self.late.is_empty()
    }

    /// A piece of the text as the configuration spells it.
    pub fn spelt(&self, piece: &str) -> String {
        let mut spelt = String::new();
        for c in piece.replace("${", "$${").chars() {
            match index(c).and_then(|i| self.late.get(i)) {
                Some(expression) => spelt.push_str(&format!("${{{expression}}}")),
                None => spelt.push(c),
            }
        }
        spelt
    }
}

/// Whether a character is a placeholder.
pub(super) fn stands_in(c: char) -> bool {
    index(c).is_some()
}

fn stand_in(i: usize) -> Option<char> {
    let offset = u32::try_from(i).ok().filter(|_| i < MOST)?;
    char::from_u32(FIRST + offset)
}

fn index(c: char) -> Option<usize> {
    let offset = u32::from(c).checked_sub(FIRST)?;
    usize::try_from(offset).ok().filter(|i| *i < MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_find_back_to_their_expressions() {
        let value = Bindable::parse("https://${a.b}.acme.dev:${c ? \":1\" : 2}/$${x").unwrap();
        let masked = Masked::new(&value).unwrap();
        assert!(masked.is_late() && masked.text.starts_with("https://"));
        let host = masked
            .text
            .split("//")
            .nth(1)
            .and_then(|rest| rest.split(':').next())
            .unwrap();
        assert_eq!(masked.spelt(host), "${a.b}.acme.dev");
        assert_eq!(
            masked.spelt(&masked.text),
            "https://${a.b}.acme.dev:${c ? \":1\" : 2}/$${x"
        );
    }
}
