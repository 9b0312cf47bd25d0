//! Pages for people, in Markdown.

use crate::plan::Plan;

/// Markdown in the making.
#[derive(Default)]
pub(super) struct Page(String);

impl Page {
    /// A line.
    pub fn line(&mut self, text: impl AsRef<str>) {
        self.0.push_str(text.as_ref());
        self.0.push('\n');
    }

    /// A block of commands, between empty lines.
    pub fn block(&mut self, text: &str) {
        if !self.0.ends_with("\n\n") {
            self.line("");
        }
        self.line("```sh");
        self.line(text);
        self.line("```");
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

/// Steps, numbered in their order.
pub(super) struct Steps<'p> {
    /// Where they are written.
    pub out: &'p mut Page,
    number: usize,
}

impl<'p> Steps<'p> {
    /// No steps yet.
    pub fn new(out: &'p mut Page) -> Steps<'p> {
        Steps { out, number: 0 }
    }

    /// The first line of the next step.
    pub fn step(&mut self, text: impl AsRef<str>) {
        self.number += 1;
        self.out.line(format!("{}. {}", self.number, text.as_ref()));
    }

    /// A further line of the step, below its first word.
    pub fn line(&mut self, text: impl AsRef<str>) {
        match text.as_ref() {
            "" => self.out.line(""),
            text => {
                let indent = format!("{}. ", self.number).len();
                self.out.line(format!("{:indent$}{text}", ""));
            }
        }
    }

    /// Commands of the step, between empty lines.
    pub fn command(&mut self, text: &str) {
        self.line("");
        self.line("```sh");
        self.push(text);
        self.line("```");
        self.line("");
    }

    /// Further lines of the step.
    pub fn push(&mut self, text: &str) {
        for line in text.lines() {
            self.line(line);
        }
    }

    /// The end of a step that does not end with commands.
    pub fn end(&mut self) {
        self.out.line("");
    }
}

/// The command in front of one that runs on a machine: `machine` is the machine's address, or a word for it.
pub(super) fn ssh(plan: &Plan, machine: &str) -> String {
    format!("ssh -p {} {}@{machine}", plan.host.ssh_port, plan.host.ssh_user)
}
