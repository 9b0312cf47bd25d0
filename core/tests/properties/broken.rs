//! However a configuration is broken, no literal secret in it is said or shown.

use crate::canary::{Form, Planted, found, templates};
use crate::leaks::shown;
use crate::support::Case;

/// Breaks one line, given its indentation, key and value.
type Break = fn(&str, &str, &str) -> String;

const BREAKS: [(&str, Break); 12] = [
    ("a bracket too many", |i, k, v| format!("{i}{k}: {v}]")),
    ("an open quote", |i, k, v| {
        format!("{i}{k}: {}", &v[..v.len() - 1])
    }),
    ("an open single quote", |i, k, v| format!("{i}{k}: '{v}")),
    ("an open list", |i, k, v| format!("{i}{k}: [{v}")),
    ("an open map", |i, k, v| format!("{i}{k}: {{{v}")),
    ("a tab before it", |i, k, v| format!("\t{i}{k}: {v}")),
    ("text after it", |i, k, v| format!("{i}{k}: {v} more")),
    ("no colon", |i, k, v| format!("{i}{k} {v}")),
    ("no space after the colon", |i, k, v| format!("{i}{k}:{v}")),
    ("a list instead of it", |i, k, v| format!("{i}{k}: [{v}]")),
    ("a map instead of it", |i, k, v| format!("{i}{k}: {{value: {v}}}")),
    ("an unknown key beside it", |i, k, v| {
        let beside = i.replace('-', " ");
        format!("{i}{k}: {v}\n{beside}{k}x: {v}")
    }),
];

/// Of the slips, how many the gate leaves out for each that it tries; with `GKC_THOROUGH=1`, none.
const EVERY: usize = 3;

#[test]
fn a_slip_on_a_secret_s_line_shows_no_secret() {
    let every = if crate::support::thorough() { 1 } else { EVERY };
    let mut turn = 0;
    for template in templates(Form::Literal) {
        let planted = Planted::new(template, Form::Literal);
        let lines: Vec<&str> = planted.text.lines().collect();
        let mut broken = 0;
        let mut leaks = Vec::new();
        for (number, line) in lines.iter().enumerate().filter(|(_, line)| line.contains("cnry")) {
            let (before, value) = line.split_once(": ").unwrap();
            let key = before.trim_start_matches([' ', '-']);
            let indent = &before[..before.len() - key.len()];
            for (slip, apply) in BREAKS {
                broken += 1;
                turn += 1;
                if turn % every > 0 {
                    continue;
                }
                let mut text = lines.clone();
                let changed = apply(indent, key, value);
                text[number] = &changed;
                let case = Case::of(&text.join("\n"), planted.given.clone());
                let checked = case.checked();
                let at = format!("{}, {slip} in `{key}`", planted.name);
                let said = format!("{:?}", checked.diagnostics);
                let source = shown(&case, checked.analysis.sensitive());
                for (what, text) in [("said", said), ("shown", source)] {
                    if let [first, ..] = found(&text, planted.count)[..] {
                        leaks.push(format!("{at}: canary {first} is {what}"));
                    }
                }
            }
        }
        assert!(leaks.is_empty(), "{leaks:#?}");
        // When a link expires is in a file of secrets, and no secret.
        let numbers = template.1.matches(" @N").count();
        assert_eq!(broken, (planted.count - numbers) * BREAKS.len());
    }
}
