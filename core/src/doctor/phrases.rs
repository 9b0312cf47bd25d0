//! Where a text has each of some phrases, found in one pass: lines of logs are many, and searches for one phrase after another are slow.

/// Phrases in their order, at most as many as a number has bits.
pub struct Phrases<const N: usize> {
    phrases: [&'static str; N],
    /// The phrases that begin with a byte, as bits.
    begins: [u32; 256],
}

impl<const N: usize> Phrases<N> {
    /// These phrases, none of them empty.
    pub const fn new(phrases: [&'static str; N]) -> Phrases<N> {
        assert!(N <= u32::BITS as usize, "more phrases than bits");
        let mut begins = [0; 256];
        let mut at = 0;
        while at < N {
            begins[phrases[at].as_bytes()[0] as usize] |= 1 << at;
            at += 1;
        }
        Phrases { phrases, begins }
    }

    /// The first place of each.
    pub fn places(&self, text: &str) -> [Option<usize>; N] {
        let bytes = text.as_bytes();
        let mut places = [None; N];
        let mut left = u32::MAX;
        for (at, byte) in bytes.iter().enumerate() {
            let mut may_be = self.begins.get(usize::from(*byte)).copied().unwrap_or(0) & left;
            while may_be != 0 {
                let index = may_be.trailing_zeros();
                may_be &= may_be - 1;
                let phrase = self.phrases.get(index as usize);
                let is_here = phrase.is_some_and(|phrase| bytes[at..].starts_with(phrase.as_bytes()));
                if let Some(place) = places.get_mut(index as usize).filter(|_| is_here) {
                    *place = Some(at);
                    left &= !(1 << index);
                }
            }
        }
        places
    }

    /// The first phrase that the text has, by their order, and where.
    pub fn first(&self, text: &str) -> Option<(usize, usize)> {
        let places = self.places(text);
        places
            .iter()
            .enumerate()
            .find_map(|(index, at)| Some((index, (*at)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::Phrases;

    #[test]
    fn the_first_place_of_each() {
        let phrases = Phrases::new(["no route", "no", "é", "route to"]);
        assert_eq!(
            phrases.places("xno, no route to é no"),
            [Some(5), Some(1), Some(17), Some(8)]
        );
        assert_eq!(phrases.first("nope"), Some((1, 0)));
        assert_eq!(phrases.first("n"), None);
    }
}
