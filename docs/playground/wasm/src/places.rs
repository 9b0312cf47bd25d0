//! Bytes, which the core counts, and UTF-16 code units, which a browser counts.

use gkc_core::source::SourceFile;

/// Translates offsets in one file.
pub struct Places<'f> {
    file: &'f SourceFile,
    /// How many code units are before each line.
    starts: Vec<usize>,
}

impl<'f> Places<'f> {
    /// Indexes a file in one scan.
    pub fn of(file: &'f SourceFile) -> Places<'f> {
        let (text, lines) = (file.text(), file.lines());
        let mut starts = vec![0];
        let mut units = 0;
        for line in 1..lines.count() {
            let bytes = start_of(file, line - 1)..start_of(file, line);
            units += text.get(bytes).map_or(0, units_of);
            starts.push(units);
        }
        Places { file, starts }
    }

    /// The code units before a byte.
    pub fn unit(&self, byte: u32) -> usize {
        let line = self.file.lines().line_of(byte);
        let before = self.file.text().get(start_of(self.file, line)..byte as usize);
        self.starts.get(line).copied().unwrap_or(0) + before.map_or(0, units_of)
    }

    /// The byte of a code unit; the end of the text for every later one.
    pub fn byte(&self, unit: usize) -> usize {
        let line = self.starts.partition_point(|start| *start <= unit) - 1;
        let mut left = unit - self.starts.get(line).copied().unwrap_or(0);
        let start = start_of(self.file, line);
        let rest = self.file.text().get(start..).unwrap_or("");
        for (at, c) in rest.char_indices() {
            if left < c.len_utf16() {
                return start + at;
            }
            left -= c.len_utf16();
        }
        self.file.text().len()
    }
}

fn start_of(file: &SourceFile, line: usize) -> usize {
    file.lines()
        .start_of(line)
        .map_or(file.text().len(), |start| start as usize)
}

fn units_of(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gkc_core::source::FileId;

    #[test]
    fn every_character_is_found_again() {
        let text = "a: é\nb: \u{1f600}c\n\n\u{1f600}";
        let file = SourceFile::new(FileId::CONFIG, "x", text);
        let places = Places::of(&file);
        let mut unit = 0;
        for (byte, c) in text.char_indices() {
            assert_eq!(places.unit(byte as u32), unit);
            assert_eq!(places.byte(unit), byte);
            unit += c.len_utf16();
        }
        assert_eq!(places.unit(text.len() as u32), unit);
        assert_eq!(places.byte(unit), text.len());
        assert_eq!(places.byte(unit + 9), text.len());
    }
}
