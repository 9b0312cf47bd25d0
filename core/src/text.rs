//! Output text with holes: places for values that Terraform fills in later, and for secrets.
//!
//! A [`Text`] names secrets and never holds one, so it may be printed, compared and stored. A hole says which
//! quoting it needs where it stands; [`crate::emit::render`] fills it in, for now or as a template.

use std::collections::HashMap;
use zeroize::Zeroizing;

/// A text whose holes are filled in when it is rendered.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Text(Vec<Part>);

/// A piece of a [`Text`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// Text that is known and could not be late.
    Lit(String),
    /// Text that is known, where a late value could stand just as well. Writers treat it as a hole, so that the
    /// same file comes out whether the value is bound or late.
    Bound(String),
    /// A place to fill in.
    Hole(Hole),
}

/// A place to fill in, with the quoting that it needs there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Hole {
    /// A value that Terraform knows, as it is.
    Late(Late),
    /// A secret, as it is.
    Secret(SecretId),
    /// The inner text as a JSON string with its quotes, byte for byte as Terraform's `jsonencode` writes it.
    Json(Text),
    /// The inner text in base64, padded.
    Base64(Text),
    /// The SHA-512 digest of the inner text, in lower-case hexadecimal.
    Sha512(Text),
    /// The inner text as a part of a URL: every byte but letters, digits and `-_.~` as `%` and two digits (RFC 3986, section 2.1).
    Url(Text),
    /// The inner text as one single-quoted word of POSIX sh; its line breaks become spaces.
    Shell(Text),
}

/// A value that only Terraform knows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Late {
    /// The Terraform variable that carries it; an HCL identifier other than `true`, `false` and `null`.
    pub variable: String,
    /// Whether Terraform must keep it out of its output.
    pub sensitive: bool,
}

/// The name of a secret in a store of secrets. Holds no secret.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SecretId(pub String);

/// The bytes of a secret, wiped when dropped. It has no `Debug`, `Display` or `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

/// Literal secrets as they are, and as they are escaped between quotes.
pub fn spellings(literals: &[SecretBytes]) -> impl Iterator<Item = Zeroizing<String>> {
    let texts = literals.iter().filter_map(SecretBytes::expose_text);
    texts.flat_map(|literal| {
        let quoted = Zeroizing::new(serde_json::Value::from(literal).to_string());
        let quoted = Zeroizing::new(quoted.trim_matches('"').to_owned());
        let escaped = (*quoted != literal).then_some(quoted);
        [Zeroizing::new(literal.to_owned())].into_iter().chain(escaped)
    })
}

/// Literal secrets, to be found in texts: by how they begin, since there may be thousands. No `Debug`, as for [`SecretBytes`].
pub struct Literals {
    by_begin: HashMap<[u8; Literals::SHORTEST], Vec<Zeroizing<String>>>,
    /// A bit for each two bytes that one of them begins with: hardly any place of a text is asked for more.
    pairs: Vec<u64>,
}

impl Literals {
    /// A shorter text is in documents by chance. Nobody guards anything with less.
    const SHORTEST: usize = 6;

    /// All that can be told from other text. The first line of a PEM is no secret.
    pub fn new(literals: &[SecretBytes]) -> Literals {
        let mut by_begin: HashMap<_, Vec<_>> = HashMap::new();
        let mut pairs = vec![0; Literals::PAIRS / 64];
        for spelt in spellings(literals).filter(|spelt| !spelt.starts_with("-----")) {
            if let Some(begin) = spelt.as_bytes().first_chunk() {
                let (word, bit) = Literals::bit_of(begin);
                pairs[word] |= bit;
                by_begin.entry(*begin).or_default().push(spelt);
            }
        }
        Literals { by_begin, pairs }
    }

    /// As many pairs of bytes as there are.
    const PAIRS: usize = 1 << 16;

    /// Where the bit of the first two bytes is.
    fn bit_of(begin: &[u8; Literals::SHORTEST]) -> (usize, u64) {
        let pair = usize::from(begin[0]) << 8 | usize::from(begin[1]);
        (pair / 64, 1 << (pair % 64))
    }

    fn is_in(&self, text: &str) -> bool {
        if self.by_begin.is_empty() {
            return false;
        }
        let bytes = text.as_bytes();
        let mut windows = bytes.windows(Literals::SHORTEST).enumerate();
        windows.any(|(at, window)| {
            let Some(begin) = window.first_chunk() else {
                return false;
            };
            let (word, bit) = Literals::bit_of(begin);
            let words = (self.pairs[word] & bit != 0).then(|| self.by_begin.get(begin));
            let mut words = words.flatten().into_iter().flatten();
            words.any(|word| bytes[at..].starts_with(word.as_bytes()))
        })
    }
}

impl SecretBytes {
    /// Takes the bytes over.
    pub fn new(bytes: Vec<u8>) -> SecretBytes {
        SecretBytes(Zeroizing::new(bytes))
    }

    /// The bytes, for whoever writes or judges them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, where they are.
    pub fn expose_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl From<&str> for SecretBytes {
    fn from(text: &str) -> SecretBytes {
        SecretBytes::new(text.as_bytes().to_vec())
    }
}

/// What a secret is, as far as it is known.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretValue {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// Terraform knows it.
    Late(Late),
}

/// Where holes are looked up.
pub trait Values {
    /// The secret of this name; `None` where there is none.
    fn secret(&self, id: &SecretId) -> Option<SecretValue>;

    /// The value of a late-bound variable, where it is known after all; `None` leaves it to Terraform.
    fn late(&self, late: &Late) -> Option<String>;
}

impl Text {
    /// A text without anything in it.
    pub fn new() -> Text {
        Text(Vec::new())
    }

    /// Text that is known and could not be late.
    pub fn lit(text: impl Into<String>) -> Text {
        Text::from(text.into())
    }

    /// Text that is known, in a place that may also be late-bound: written the way a late value is.
    pub fn bindable(text: impl Into<String>) -> Text {
        Text(vec![Part::Bound(text.into())])
    }

    /// A value that only Terraform knows.
    pub fn late(variable: impl Into<String>, sensitive: bool) -> Text {
        let variable = variable.into();
        Text::hole(Hole::Late(Late { variable, sensitive }))
    }

    /// A secret, named.
    pub fn secret(name: impl Into<String>) -> Text {
        Text::hole(Hole::Secret(SecretId(name.into())))
    }

    /// One part.
    pub fn of(part: Part) -> Text {
        Text(vec![part])
    }

    /// One hole.
    pub fn hole(hole: Hole) -> Text {
        Text(vec![Part::Hole(hole)])
    }

    /// This text as a JSON string.
    pub fn json(self) -> Text {
        Text::hole(Hole::Json(self))
    }

    /// This text in base64.
    pub fn base64(self) -> Text {
        Text::hole(Hole::Base64(self))
    }

    /// The digest of this text.
    pub fn sha512(self) -> Text {
        Text::hole(Hole::Sha512(self))
    }

    /// This text as a part of a URL.
    pub fn url(self) -> Text {
        Text::hole(Hole::Url(self))
    }

    /// This text as one quoted word of sh.
    pub fn shell(self) -> Text {
        Text::hole(Hole::Shell(self))
    }

    /// Appends known text.
    pub fn push_str(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(Part::Lit(last)) => last.push_str(text),
            _ => self.0.push(Part::Lit(text.to_owned())),
        }
    }

    /// Appends a text.
    pub fn append(&mut self, other: &Text) {
        for part in &other.0 {
            match part {
                Part::Lit(text) => self.push_str(text),
                other => self.0.push(other.clone()),
            }
        }
    }

    /// The texts one after another.
    pub fn concat<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Text {
        let mut all = Text::new();
        for text in texts {
            all.append(text);
        }
        all
    }

    /// The texts with `between` in between.
    pub fn join<'a>(texts: impl IntoIterator<Item = &'a Text>, between: &str) -> Text {
        let mut all = Text::new();
        for (i, text) in texts.into_iter().enumerate() {
            if i > 0 {
                all.push_str(between);
            }
            all.append(text);
        }
        all
    }

    /// The parts; no two literals stand next to each other.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    #[cfg(any(test, feature = "internals"))]
    /// True where there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True where a part is a hole, or could be one.
    pub fn has_hole(&self) -> bool {
        self.0.iter().any(|part| !matches!(part, Part::Lit(_)))
    }

    /// The text, where it is literal throughout.
    pub fn as_lit(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Lit(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether a literal secret is in what is known of the text.
    pub fn tells(&self, literals: &Literals) -> bool {
        self.0.iter().any(|part| match part {
            Part::Lit(text) | Part::Bound(text) => literals.is_in(text),
            Part::Hole(_) => false,
        })
    }

    /// Every secret named in the text, in order, with repetitions.
    pub fn secrets(&self) -> Vec<&SecretId> {
        let mut found = Vec::new();
        self.walk(&mut |hole| {
            if let Hole::Secret(id) = hole {
                found.push(id);
            }
        });
        found
    }

    /// Every late value named in the text, in order, with repetitions. A late secret is not among them.
    pub fn lates(&self) -> Vec<&Late> {
        let mut found = Vec::new();
        self.walk(&mut |hole| {
            if let Hole::Late(late) = hole {
                found.push(late);
            }
        });
        found
    }

    fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Hole)) {
        for part in &self.0 {
            if let Part::Hole(hole) = part {
                visit(hole);
                if let Hole::Json(inner)
                | Hole::Base64(inner)
                | Hole::Sha512(inner)
                | Hole::Url(inner)
                | Hole::Shell(inner) = hole
                {
                    inner.walk(visit);
                }
            }
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        if text.is_empty() {
            Text::new()
        } else {
            Text(vec![Part::Lit(text)])
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::from(text.to_owned())
    }
}
