//! The form of a value that a completion writes: brackets or lines, with what it needs in it.

use crate::model::SchemaPlace;

/// Mappings that a snippet writes inside each other: a type that referred to itself would not end otherwise.
const MAX_DEPTH: usize = 6;

/// Writes forms of values, with holes where something is to be filled in.
pub(super) struct Form {
    snippet: bool,
    in_brackets: bool,
    holes: usize,
}

impl Form {
    /// A form in brackets or in lines, and for a snippet with holes.
    pub fn new(snippet: bool, in_brackets: bool) -> Form {
        Form {
            snippet,
            in_brackets,
            holes: 0,
        }
    }

    fn hole(&mut self) -> String {
        if !self.snippet {
            return String::new();
        }
        self.holes += 1;
        format!("${{{}}}", self.holes)
    }

    /// What follows the colon of a key. Lines below it are indented by so many blanks.
    pub fn value(&mut self, place: &SchemaPlace, key: &str, indent: usize, depth: usize) -> String {
        let value = place.key(key);
        let is_secret = value.keys().starts_with(&["env", "file"]);
        let blanks = " ".repeat(indent);
        match (value.is_list(), value.is_map()) {
            (true, _) if self.in_brackets => format!(" [{}]", self.hole()),
            (true, _) => format!("\n{blanks}- {}", self.fields(&value.item(), indent + 2, depth)),
            (false, true) if is_secret => format!(" {{env: {}}}", self.hole()),
            (false, true) if place.takes_scalar(key) => format!(" {}", self.hole()),
            (false, true) if self.in_brackets => format!(" {{{}}}", self.fields(&value, indent, depth)),
            (false, true) => format!("\n{blanks}{}", self.fields(&value, indent, depth)),
            (false, false) => format!(" {}", self.hole()),
        }
    }

    /// The keys that a mapping needs, which begins in a column.
    pub fn fields(&mut self, of: &SchemaPlace, column: usize, depth: usize) -> String {
        self.fields_of(of, of.required(), column, depth)
    }

    /// Some keys of a mapping, which begins in a column.
    pub fn fields_of(&mut self, of: &SchemaPlace, keys: Vec<&str>, column: usize, depth: usize) -> String {
        if !self.snippet || keys.is_empty() || depth > MAX_DEPTH {
            return self.hole();
        }
        let between = match self.in_brackets {
            true => ", ".to_owned(),
            false => format!("\n{}", " ".repeat(column)),
        };
        let fields = keys.into_iter();
        let fields: Vec<String> = fields
            .map(|key| format!("{key}:{}", self.value(of, key, column + 2, depth + 1)))
            .collect();
        fields.join(&between)
    }
}
