//! Pages of the manual, as man(7) describes them, from what the command line says of itself.

use clap::{Arg, Command};
use std::fmt::Write;

/// The page of a command that is built.
pub fn render(command: &Command) -> String {
    let name = name(command);
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    let mut page = format!(
        ".TH {} 1 \"\" \"gkc {}\"\n",
        escape(&name.replace(' ', "-").to_uppercase()),
        env!("CARGO_PKG_VERSION")
    );
    section(&mut page, "NAME");
    let _ = writeln!(
        page,
        "{} \\- {}",
        escape(&name.replace(' ', "-")),
        escape(about.trim_end_matches('.'))
    );
    section(&mut page, "SYNOPSIS");
    for line in usage.lines() {
        let _ = writeln!(page, ".nf\n{}\n.fi", escape(line.trim()));
    }
    section(&mut page, "DESCRIPTION");
    let _ = writeln!(page, "{}", escape(&about));
    let visible = || command.get_arguments().filter(|arg| !arg.is_hide_set());
    arguments(
        &mut page,
        "ARGUMENTS",
        visible().filter(|arg| arg.is_positional()),
    );
    arguments(&mut page, "OPTIONS", visible().filter(|arg| !arg.is_positional()));
    let below: Vec<&Command> = shown(command).collect();
    if !below.is_empty() {
        section(&mut page, "COMMANDS");
    }
    for below in below {
        let about = below.get_about().map(ToString::to_string).unwrap_or_default();
        let page_of = escape(&self::name(below).replace(' ', "-"));
        let _ = writeln!(page, ".TP\n\\fB{page_of}\\fR(1)\n{}", escape(&about));
    }
    for part in command
        .get_after_help()
        .map(ToString::to_string)
        .iter()
        .flat_map(|text| text.split("\n\n"))
    {
        let (head, text) = part.split_once(':').unwrap_or(("NOTES", part));
        section(&mut page, &head.to_uppercase());
        for line in text.trim_matches('\n').lines() {
            let _ = writeln!(page, ".nf\n{}\n.fi", escape(line.trim()));
        }
    }
    page
}

/// The commands below one that have a page.
pub fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    let below = command.get_subcommands();
    below.filter(|below| !below.is_hide_set() && below.get_name() != "help")
}

/// What is typed to run a command.
pub fn name(command: &Command) -> String {
    command.get_bin_name().unwrap_or(command.get_name()).to_owned()
}

/// The file of its page.
pub fn file_name(command: &Command) -> String {
    format!("{}.1", name(command).replace(' ', "-"))
}

fn section(page: &mut String, title: &str) {
    let _ = writeln!(page, ".SH \"{}\"", escape(title));
}

fn arguments<'a>(page: &mut String, title: &str, arguments: impl Iterator<Item = &'a Arg>) {
    let mut arguments = arguments.peekable();
    if arguments.peek().is_some() {
        section(page, title);
    }
    for argument in arguments {
        let _ = writeln!(page, ".TP\n{}\n{}", written(argument), escape(&help(argument)));
    }
}

/// How an argument is typed: options bold, values in italics.
fn written(argument: &Arg) -> String {
    let short = argument.get_short().map(|short| format!("\\fB\\-{short}\\fR"));
    let long = argument
        .get_long()
        .map(|long| format!("\\fB\\-\\-{}\\fR", escape(long)));
    let mut parts: Vec<String> = [short, long].into_iter().flatten().collect::<Vec<_>>();
    let options = parts.join(", ");
    parts.clear();
    parts.extend((!options.is_empty()).then_some(options));
    if argument.is_positional() || argument.get_action().takes_values() {
        let names = argument.get_value_names().unwrap_or_default();
        parts.extend(names.iter().map(|name| format!("\\fI{}\\fR", escape(name))));
    }
    parts.join(" ")
}

/// What it does, its default and its values.
fn help(argument: &Arg) -> String {
    let text = argument.get_long_help().or(argument.get_help());
    let mut text = text.map(ToString::to_string).unwrap_or_default();
    let default = argument
        .get_default_values()
        .iter()
        .filter_map(|value| value.to_str());
    let values = argument.get_possible_values();
    let values = values
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| value.get_name());
    let takes_values = argument.get_action().takes_values();
    for (what, words) in [
        ("default", default.collect::<Vec<_>>().join(", ")),
        ("possible values", values.collect::<Vec<_>>().join(", ")),
    ] {
        if takes_values && !words.is_empty() {
            text.push_str(&format!(" [{what}: {words}]"));
        }
    }
    text
}

/// A text as roff shows it: hyphens that can be copied, and no line that begins like a request.
fn escape(text: &str) -> String {
    let text = text
        .replace('\\', "\\e")
        .replace('-', "\\-")
        .replace('"', "\\(dq");
    let line = |line: &str| match line.starts_with(['.', '\'']) {
        true => format!("\\&{line}"),
        false => line.to_owned(),
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn text_is_no_request() {
        assert_eq!(escape("a-b"), "a\\-b");
        assert_eq!(escape(".TH\n'x\\"), "\\&.TH\n\\&'x\\e");
    }
}
