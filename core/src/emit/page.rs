//! Pages for people, in Markdown.

/// Markdown in the making.
#[derive(Default)]
pub(super) struct Page(String);

impl Page {
    /// A line.
    pub fn line(&mut self, text: impl AsRef<str>) {
        self.0.push_str(text.as_ref());
        self.0.push('\n');
    }

    /// A block of commands below a step.
    pub fn command(&mut self, text: &str) {
        self.line("");
        self.line("   ```sh");
        for line in text.lines() {
            self.line(format!("   {line}"));
        }
        self.line("   ```");
        self.line("");
    }

    /// Text as it is.
    pub fn push(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// What is written so far.
    pub fn text(self) -> String {
        self.0
    }
}
