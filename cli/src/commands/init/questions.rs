//! Asks a person for what the options leave open.

use super::answers::Answers;
use camino::Utf8PathBuf;
use std::io::{self, BufRead, Read};

/// An answer is a word: more is not read.
const MAX_ANSWER: u64 = 4096;

/// Asks one question after the other, and changes the answers; returns the file of the SSH key, if one is named.
pub fn ask(
    input: &mut dyn BufRead,
    say: &mut dyn FnMut(&str),
    answers: &mut Answers,
) -> io::Result<Option<Utf8PathBuf>> {
    let mut question = |what: &str, default: &str| -> io::Result<String> {
        match default.is_empty() {
            true => say(&format!("{what}: ")),
            false => say(&format!("{what} [{default}]: ")),
        }
        let mut line = String::new();
        let read = (&mut *input).take(MAX_ANSWER).read_line(&mut line)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim() {
            "" => Ok(default.to_owned()),
            answer => Ok(answer.to_owned()),
        }
    };
    while answers.domain.is_empty() {
        answers.domain = question("Domain, such as dev.acme.dev", "")?;
    }
    answers.provider = question(
        "Provider of the machines (generic, hetzner, azure, gcp, scaleway, raspberry-pi)",
        &answers.provider,
    )?;
    answers.size = question("Size (small, medium, large)", &answers.size)?;
    let tailscale = question(
        "Reach the machines over Tailscale (yes, no)",
        yes(answers.tailscale),
    )?;
    answers.tailscale = tailscale.starts_with(['y', 'Y']);
    answers.email = Some(question("Your mail address", &answers.email())?);
    let key = question("File of your public SSH key, or nothing", "")?;
    Ok((!key.is_empty()).then(|| Utf8PathBuf::from(key)))
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(answers_typed: &str) -> (io::Result<Option<Utf8PathBuf>>, Answers, String) {
        let mut answers = Answers {
            provider: "generic".into(),
            size: "small".into(),
            ..Answers::default()
        };
        let mut said = String::new();
        let mut input = answers_typed.as_bytes();
        let key = ask(&mut input, &mut |text| said.push_str(text), &mut answers);
        (key, answers, said)
    }

    #[test]
    fn an_empty_answer_takes_what_is_shown() {
        let (key, answers, said) = asked("\ngitpod.acme.dev\nhetzner\n\nyes\n\n~/.ssh/id.pub\n");
        assert_eq!(key.unwrap(), Some("~/.ssh/id.pub".into()));
        assert_eq!(answers.domain, "gitpod.acme.dev");
        assert_eq!(answers.provider, "hetzner");
        assert_eq!(answers.size, "small");
        assert!(answers.tailscale);
        assert_eq!(answers.email(), "ops@acme.dev");
        assert!(said.contains("Your mail address [ops@acme.dev]: "), "{said}");
    }

    #[test]
    fn input_that_ends_is_an_error() {
        assert!(asked("gitpod.acme.dev\n").0.is_err());
    }
}
