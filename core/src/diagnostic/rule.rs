//! What a finding is an instance of: one definition that feeds every output, the pages and the suppression comments.

use super::{Diagnostic, Severity};
use crate::source::Span;
use std::cmp::Ordering;
use std::fmt;

/// Whether a rule's findings come with a fix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum FixClass {
    /// Never.
    None,
    /// Often one that `--fix` applies.
    Safe,
    /// Often one that only `--unsafe-fixes` applies.
    Unsafe,
}

impl FixClass {
    /// The word that every output format uses.
    pub fn as_str(self) -> &'static str {
        match self {
            FixClass::None => "none",
            FixClass::Safe => "safe",
            FixClass::Unsafe => "unsafe",
        }
    }
}

/// What an editor can show of a finding beside its message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Tag {
    /// What was found does nothing.
    Unused,
    /// What was found has another name or form today.
    Deprecated,
}

/// Who is heard where several rules find something at the same value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Voice {
    /// All of them.
    Equal,
    /// This one alone: what the others find only follows from it.
    First,
    /// The others alone, where one of them finds an error: the value changes anyway.
    Last,
}

/// The one definition of a rule. Equal and ordered by its name.
#[non_exhaustive]
pub struct Rule {
    /// Its name: kebab-case, after the fault; never reused for anything else.
    pub name: &'static str,
    /// Names that it had in earlier releases, which suppression comments may still use.
    pub formerly: &'static [&'static str],
    /// The default severity of its findings.
    pub severity: Severity,
    /// The release of gkc that added it.
    pub since: &'static str,
    /// Whether its findings come with a fix.
    pub fix: FixClass,
    /// Whether a comment may suppress its findings. Never for errors that would produce broken artifacts.
    pub suppressible: bool,
    /// Whether a finding of it means that a part of the file was lost, so that what seems to be absent may be there.
    pub loses_text: bool,
    /// Whether an error of it makes the tailnet's policy one that is not worth proving: its tags or ranges are wrong.
    pub spoils_policy: bool,
    /// Whether its findings are of something that is given twice: two fixes that are right by themselves may make one of them.
    pub doubles: bool,
    /// Whether it or other rules are heard where both find something at the same value.
    pub voice: Voice,
    /// What an editor can show of its findings.
    pub tag: Option<Tag>,
    /// More general rules, which are silent at a value where this one is found.
    pub silences: &'static [&'static Rule],
    /// Its page, in Markdown: a first sentence, then the headings that CONTRIBUTING.md names.
    pub docs: &'static str,
}

/// Findings of one kind of which nobody reads more, such as unknown names, each of which is compared with all known ones.
pub(crate) const MOST_ALIKE: usize = 1_000;

impl Rule {
    /// One finding for the `places` that are too many to be reported one by one, of an `unknown key` or the like.
    pub(crate) fn further(&'static self, places: &[Span], what: &str) -> Option<Diagnostic> {
        let further = places.get(MOST_ALIKE..)?;
        let message = match further.len() {
            1 => format!("one more {what}"),
            more => format!("{more} more {what}s"),
        };
        let finding = self.at(*further.first()?, message);
        Some(finding.help(format!("the first {MOST_ALIKE} are reported one by one")))
    }

    /// A finding of this rule with its severity; the rest is added with the methods of [`Diagnostic`].
    pub fn at(&'static self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule: self,
            severity: self.severity,
            message: message.into(),
            span,
            label: None,
            labels: Vec::new(),
            help: None,
            note: None,
            fixes: Vec::new(),
        }
    }

    /// The first sentence of its page.
    pub fn summary(&self) -> &'static str {
        self.docs.trim().split("\n\n").next().unwrap_or("").trim()
    }

    /// The page without what the doc comment's syntax adds.
    pub fn page(&self) -> String {
        let mut page: String = self
            .docs
            .lines()
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n");
        page.push('\n');
        page
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.name == other.name
    }
}

impl Eq for Rule {}

impl PartialOrd for Rule {
    fn partial_cmp(&self, other: &Rule) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rule {
    fn cmp(&self, other: &Rule) -> Ordering {
        self.name.cmp(other.name)
    }
}

impl PartialEq<str> for Rule {
    fn eq(&self, name: &str) -> bool {
        self.name == name
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

/// Declares a rule that a stage of the pipeline reports: its page as a doc comment, then its facts.
macro_rules! declare_stage {
    ($(#[doc = $doc:literal])+ $const:ident, $name:literal, $severity:ident, fix $fix:ident
        $(, suppressible $suppressible:ident)? $(, loses $loses:ident)? $(, spoils $spoils:ident)? $(, doubles $doubles:ident)? $(, tagged $tag:ident)?) => {
        $(#[doc = $doc])+
        pub static $const: $crate::diagnostic::Rule = $crate::diagnostic::Rule {
            name: $name,
            formerly: &[],
            severity: $crate::diagnostic::Severity::$severity,
            since: "0.1.0",
            fix: $crate::diagnostic::FixClass::$fix,
            suppressible: $crate::diagnostic::flag!($($suppressible)?),
            loses_text: $crate::diagnostic::flag!($($loses)?),
            spoils_policy: $crate::diagnostic::flag!($($spoils)?),
            doubles: $crate::diagnostic::flag!($($doubles)?),
            voice: $crate::diagnostic::Voice::Equal,
            tag: $crate::diagnostic::tag!($($tag)?),
            silences: &[],
            docs: concat!($($doc, "\n"),+),
        };
    };
}
pub(crate) use declare_stage;

/// True where a word is written.
macro_rules! flag {
    () => {
        false
    };
    ($word:ident) => {
        true
    };
}
pub(crate) use flag;

/// The voice of a word; equal where none is written.
macro_rules! voice {
    () => {
        $crate::diagnostic::Voice::Equal
    };
    ($word:ident) => {
        $crate::diagnostic::Voice::$word
    };
}
pub(crate) use voice;

/// The tag of a word, where one is written.
macro_rules! tag {
    () => {
        None
    };
    ($word:ident) => {
        Some($crate::diagnostic::Tag::$word)
    };
}
pub(crate) use tag;
