//! JSON with places, from text that may break off anywhere.
//!
//! What `kubectl` prints is cut by pagers, terminals and `head`; what was read up to there still counts. So a mistake ends the
//! document where it stands, and everything that was open is closed.

use std::ops::Range;

/// How deeply arrays and objects may nest; Kubernetes' objects nest about fifteen deep.
const MAX_DEPTH: usize = 100;

/// A value and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Json {
    /// Its bytes in the text, quotes and brackets included.
    pub place: Range<usize>,
    /// What it is.
    pub value: Value,
}

/// What a value is.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// `null`, or what the text breaks off before.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string, escapes resolved.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object's members in order.
    Object(Vec<(String, Json)>),
}

/// A document that was read.
#[derive(Clone, PartialEq, Debug)]
pub struct Document {
    /// The value.
    pub root: Json,
    /// Where reading stopped.
    pub end: usize,
    /// Whether the value is all there.
    pub whole: bool,
}

impl Json {
    /// The member of that name.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match &self.value {
            Value::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, json)| json),
            _ => None,
        }
    }

    /// The value behind several keys.
    pub fn at(&self, path: &[&str]) -> Option<&Json> {
        path.iter().try_fold(self, |json, key| json.get(key))
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text behind several keys.
    pub fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path)?.text()
    }

    /// A number, where it is one.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Whether it is `true`.
    pub fn is_true(&self) -> bool {
        self.value == Value::Bool(true)
    }

    /// The values of an array; none of anything else.
    pub fn items(&self) -> &[Json] {
        match &self.value {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// The members of an object; none of anything else.
    pub fn members(&self) -> &[(String, Json)] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The strings of an array.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.items().iter().filter_map(Json::text)
    }
}

/// Takes an item of a list, with the kind that the list said to be of before; returns whether it was taken.
pub type Take<'a> = &'a mut dyn FnMut(Option<&str>, &Json) -> bool;

/// Reads the object that begins at `start` of `text`. Its `items` are handed over one by one, and those that are taken are not
/// kept: a list of all pods of a large cluster takes no more room than one pod.
pub fn read(text: &str, start: usize, take: Take<'_>) -> Option<Document> {
    if text.as_bytes().get(start) != Some(&b'{') {
        return None;
    }
    let mut reader = Reader {
        text,
        at: start,
        broken: false,
        take,
    };
    let root = reader.value(0);
    Some(Document {
        root,
        end: reader.at,
        whole: !reader.broken,
    })
}

struct Reader<'a, 't> {
    text: &'a str,
    at: usize,
    broken: bool,
    take: Take<'t>,
}

impl Reader<'_, '_> {
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn skip(&mut self, wanted: u8) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    fn value(&mut self, depth: usize) -> Json {
        let next = self.peek();
        let start = self.at;
        let value = match next {
            _ if depth > MAX_DEPTH => self.give_up(),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth, None),
            Some(b'"') => Value::String(self.string()),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => self.give_up(),
        };
        Json {
            place: start..self.at,
            value,
        }
    }

    fn give_up(&mut self) -> Value {
        self.broken = true;
        Value::Null
    }

    fn word(&mut self, word: &str, value: Value) -> Value {
        let there = self
            .text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word));
        if !there {
            return self.give_up();
        }
        self.at += word.len();
        value
    }

    fn number(&mut self) -> Value {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest
            .bytes()
            .take_while(|b| matches!(b, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'))
            .count();
        self.at += length;
        match rest.get(..length).and_then(|digits| digits.parse().ok()) {
            Some(number) => Value::Number(number),
            None => self.give_up(),
        }
    }

    /// An array; of a list's items, those that nobody took.
    fn array(&mut self, depth: usize, list: Option<Option<&str>>) -> Value {
        self.at += 1;
        let mut items = Vec::new();
        if self.skip(b']') {
            return Value::Array(items);
        }
        loop {
            let before = self.at;
            let item = self.value(depth + 1);
            let taken = list.is_some_and(|kind| (self.take)(kind, &item));
            if !taken && self.at > before && (!self.broken || item.value != Value::Null) {
                items.push(item);
            }
            if self.broken || self.skip(b']') {
                return Value::Array(items);
            }
            if !self.skip(b',') {
                self.broken = true;
            }
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        self.at += 1;
        let mut members: Vec<(String, Json)> = Vec::new();
        if self.skip(b'}') {
            return Value::Object(members);
        }
        loop {
            if self.broken || self.peek() != Some(b'"') {
                self.broken = true;
                return Value::Object(members);
            }
            let key = self.string();
            if self.broken || !self.skip(b':') {
                self.broken = true;
                return Value::Object(members);
            }
            let value = if depth == 0 && key == "items" && self.peek() == Some(b'[') {
                let kind = members
                    .iter()
                    .find(|(key, _)| key == "kind")
                    .and_then(|(_, kind)| kind.text());
                let start = self.at;
                let value = self.array(depth + 1, Some(kind));
                Json {
                    place: start..self.at,
                    value,
                }
            } else {
                self.value(depth + 1)
            };
            members.push((key, value));
            if self.broken || self.skip(b'}') {
                return Value::Object(members);
            }
            if !self.skip(b',') {
                self.broken = true;
            }
        }
    }

    /// The string that begins here. A line break ends it: no program writes one into a string.
    fn string(&mut self) -> String {
        self.at += 1;
        let mut content = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest
                .bytes()
                .position(|b| matches!(b, b'"' | b'\\' | b'\n'))
                .unwrap_or(rest.len());
            content.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match rest.as_bytes().get(plain) {
                Some(b'"') => {
                    self.at += 1;
                    return content;
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape(&mut content);
                }
                _ => {
                    self.broken = true;
                    return content;
                }
            }
            if self.broken {
                return content;
            }
        }
    }

    fn escape(&mut self, content: &mut String) {
        let Some(&letter) = self.text.as_bytes().get(self.at) else {
            self.broken = true;
            return;
        };
        let plain = match letter {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'"' | b'\\' | b'/' => letter as char,
            b'u' => return self.unicode(content),
            _ => {
                self.broken = true;
                return;
            }
        };
        self.at += 1;
        content.push(plain);
    }

    fn unicode(&mut self, content: &mut String) {
        let mut hex = || {
            let digits = self.text.get(self.at + 1..self.at + 5)?;
            let unit = u16::from_str_radix(digits, 16).ok()?;
            self.at += 5;
            Some(unit)
        };
        let Some(first) = hex() else {
            self.broken = true;
            return;
        };
        let mut units = vec![first];
        if (0xd800..0xdc00).contains(&first) && self.text.as_bytes().get(self.at) == Some(&b'\\') {
            self.at += 1;
            if self.text.as_bytes().get(self.at) == Some(&b'u') {
                let mut hex = || {
                    let unit = u16::from_str_radix(self.text.get(self.at + 1..self.at + 5)?, 16).ok()?;
                    self.at += 5;
                    Some(unit)
                };
                units.extend(hex());
            } else {
                self.at -= 1;
            }
        }
        content.push_str(&String::from_utf16_lossy(&units));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(text: &str, start: usize) -> Option<Document> {
        read(text, start, &mut |_, _| false)
    }

    #[test]
    fn items_are_handed_over_with_the_kind_of_their_list() {
        let text = r#"{"kind": "PodList", "items": [{"a": 1}, {"b": 2}, {"c": "#;
        let mut kinds = Vec::new();
        let document = read(text, 0, &mut |kind, item| {
            kinds.push((kind.map(str::to_owned), item.members().len()));
            item.get("a").is_some()
        });
        assert_eq!(kinds.len(), 3);
        assert!(
            kinds
                .iter()
                .all(|(kind, members)| kind.as_deref() == Some("PodList") && *members == 1)
        );
        assert_eq!(document.unwrap().root.get("items").unwrap().items().len(), 2);
    }

    #[test]
    fn values_know_where_they_stand() {
        let text = r#" {"a": [1, {"b": "x\ny\u00e9\ud83d\ude00"}], "c": true}"#;
        let document = whole(text, 1).unwrap();
        assert!(document.whole && document.end == text.len());
        let b = document.root.get("a").unwrap().items()[1].get("b").unwrap();
        assert_eq!(b.text(), Some("x\nyé😀"));
        assert!(text[b.place.clone()].starts_with("\"x"));
        assert!(document.root.get("c").unwrap().is_true());
    }

    #[test]
    fn what_breaks_off_is_read_up_to_there() {
        let text = r#"{"items": [{"kind": "Pod", "status": {"phase": "Run"#;
        let document = whole(text, 0).unwrap();
        assert!(!document.whole);
        let pod = &document.root.get("items").unwrap().items()[0];
        assert_eq!(pod.text_at(&["kind"]), Some("Pod"));
    }

    #[test]
    fn depth_ends_somewhere() {
        let text = format!("{{\"a\": {}", "[".repeat(1_000_000));
        assert!(!whole(&text, 0).unwrap().whole);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\{[\\x20-\\x7eé\n]{0,80}") {
            let document = whole(&text, 0).unwrap();
            prop_assert!(document.end <= text.len());
        }

        #[test]
        fn what_serde_writes_is_read(keys in proptest::collection::btree_map("[a-z]{1,4}", "\\PC{0,9}", 0..6)) {
            let text = serde_json::to_string_pretty(&keys).unwrap();
            let document = whole(&text, 0).unwrap();
            prop_assert!(document.whole);
            for (key, value) in &keys {
                prop_assert_eq!(document.root.text_at(&[key]), Some(value.as_str()));
            }
        }
    }
}
