//! Suppression comments: `# gkc: ignore[rule, rule] reason` and `# gkc: ignore-file[rule] reason`.
//!
//! A comment on a line of its own covers the next entry with everything in it, one at the end of a line that line's entry. Errors
//! that would produce broken artifacts cannot be suppressed, and the finding says so.

use super::registry::{find, is_retired};
use super::{Listed, Reads};
use crate::diagnostic::stages::{SUPPRESSION_UNKNOWN_RULE, SUPPRESSION_UNUSED};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, MOST_ALIKE, Sink};
use crate::source::{SourceFile, Span};
use crate::syntax::{Parts, Tree};
use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap};

/// The suppression comments of a file.
pub struct Suppressions(Vec<Suppression>);

struct Suppression {
    /// The comment.
    comment: Span,
    /// What it covers; none means the whole file.
    covers: Option<Span>,
    rules: Vec<Named>,
}

/// A rule's name as it is written.
struct Named {
    name: String,
    span: Span,
    /// The rule that a misspelt name seems to mean.
    near: Option<&'static str>,
}

/// How far a configuration was checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Depth {
    /// Without artifacts.
    Analysis,
    /// All of it.
    Proof,
}

impl Suppressions {
    /// Removes what comments suppress from `found`, and adds findings about the comments. Below full depth a comment counts as
    /// used if it names a rule that may report something later.
    pub fn apply(&self, file: &SourceFile, found: Vec<Diagnostic>, depth: Depth) -> Vec<Diagnostic> {
        if self.0.is_empty() {
            return found;
        }
        let mut sink = Sink::new();
        let mut used = vec![0usize; self.0.len()];
        let mut of_rule: HashMap<&str, Vec<usize>> = HashMap::new();
        for (i, suppression) in self.0.iter().enumerate() {
            for rule in &suppression.rules {
                // A misspelt name has a finding of its own, so what it means to hide is not shown beside that.
                if let Some(listed) = rule.listed().or_else(|| rule.near.and_then(find)) {
                    of_rule.entry(listed.rule().name).or_default().push(i);
                }
            }
        }
        let of_rule: HashMap<&str, Reach> = of_rule
            .into_iter()
            .map(|(rule, comments)| (rule, self.reach(comments)))
            .collect();
        // What a comment without a rule is about is not known, and it has a finding of its own.
        let unnamed = (0..self.0.len()).filter(|i| self.0[*i].rules.is_empty());
        let unnamed = self.reach(unnamed.collect());
        for mut finding in found {
            let reach = of_rule.get(finding.rule.name);
            let hits = reach.map_or(Vec::new(), |reach| self.over(reach, finding.span));
            for i in &hits {
                used[*i] += 1;
            }
            if hits.is_empty() {
                let meant = finding.rule.suppressible && !self.over(&unnamed, finding.span).is_empty();
                sink.extend((!meant).then_some(finding));
            } else if !finding.rule.suppressible {
                for i in &hits {
                    finding = finding.and(self.0[*i].comment, "this comment cannot suppress it");
                }
                sink.push(finding);
            }
        }
        // What a comment is for may be hidden behind an error; not where its rule looked and reported something else.
        let wrong = sink.has_errors();
        let damaged = sink.found().iter().any(|found| found.rule.loses_text);
        let reported: BTreeSet<&str> = crate::sorted::set(sink.found().iter().map(|found| found.rule.name));
        let hidden = |of: &Suppression| {
            let looked = |rule: &Named| {
                rule.listed()
                    .is_some_and(|listed| reported.contains(listed.rule().name))
            };
            damaged || wrong && !of.rules.iter().any(looked)
        };
        let mut unknown = Vec::new();
        for (suppression, used) in self.0.iter().zip(used) {
            let known = unknown.len();
            unknown.extend(suppression.unknown());
            let unsure = depth == Depth::Analysis && suppression.waits();
            if suppression.rules.is_empty() {
                sink.push(names_no_rule(suppression));
            } else if used == 0 && !unsure && !hidden(suppression) && unknown.len() == known {
                sink.push(suppression.unused(file));
            }
        }
        sink.extend(unknown.iter().take(MOST_ALIKE).map(|name| unknown_rule(name)));
        let places: Vec<Span> = unknown.iter().map(|name| name.span).collect();
        sink.extend(SUPPRESSION_UNKNOWN_RULE.further(&places, "unknown rule"));
        sink.finish()
    }
}

impl Suppressions {
    fn reach(&self, mut comments: Vec<usize>) -> Reach {
        let start = |i: &usize| self.0[*i].covers.map_or(0, |covers| covers.start);
        crate::sorted::sort_by_key(&mut comments, start);
        let mut furthest = 0;
        let ends = comments.iter().map(|i| {
            let end = self.0[*i].covers.map_or(u32::MAX, |covers| covers.end);
            furthest = end.max(furthest);
            furthest
        });
        Reach {
            ends: ends.collect(),
            comments,
        }
    }

    /// The comments that cover a place, in the order of the file.
    fn over(&self, reach: &Reach, span: Span) -> Vec<usize> {
        let starts = |i: &usize| self.0[*i].covers.is_none_or(|covers| covers.start <= span.start);
        let before = reach.comments.partition_point(starts);
        let may_reach = |(_, end): &(&usize, &u32)| **end >= span.end;
        let comments = reach.comments.iter().zip(&reach.ends).take(before).rev();
        let hits = comments.take_while(may_reach).map(|(i, _)| *i);
        let mut hits: Vec<usize> = hits.filter(|i| self.0[*i].covers(span)).collect();
        crate::sorted::sort(&mut hits);
        hits
    }
}

/// Comments by where what they cover begins.
struct Reach {
    comments: Vec<usize>,
    /// How far one of those up to each reaches.
    ends: Vec<u32>,
}

impl Named {
    fn listed(&self) -> Option<&'static Listed> {
        find(&self.name)
    }

    /// Whether no rule has or had that name.
    fn is_unknown(&self) -> bool {
        self.listed().is_none() && !is_retired(&self.name)
    }
}

impl Suppression {
    fn covers(&self, span: Span) -> bool {
        span.file == self.comment.file && self.covers.is_none_or(|covers| covers.contains(span))
    }

    /// Whether it names a rule that needs artifacts.
    fn waits(&self) -> bool {
        let waits = |listed: &Listed| match listed {
            Listed::Lint(lint) => matches!(lint.reads, Reads::Artifacts(_)),
            Listed::Stage(_) => true,
        };
        self.rules.iter().any(|rule| rule.listed().is_some_and(waits))
    }

    /// Whether it names a rule that reads the values of secrets, or other files, or the date: it may find nothing only here.
    fn depends_on_place(&self) -> bool {
        let depends = |listed: &Listed| match listed {
            Listed::Lint(lint) => matches!(lint.reads, Reads::Secrets(_)),
            Listed::Stage(_) => true,
        };
        self.rules.iter().any(|rule| rule.listed().is_some_and(depends))
    }

    /// The names that no rule has or had.
    fn unknown(&self) -> impl Iterator<Item = &Named> {
        self.rules.iter().filter(|rule| rule.is_unknown())
    }

    /// The finding that it has no effect.
    fn unused(&self, file: &SourceFile) -> Diagnostic {
        let edit = Edit {
            span: whole_line(file, self.comment),
            text: String::new(),
        };
        // Elsewhere it may have an effect: on another day, or where the secrets are set.
        let applicability = match self.depends_on_place() {
            true => Applicability::Unsafe,
            false => Applicability::Safe,
        };
        let fix = Fix {
            title: "remove the comment".to_owned(),
            applicability,
            edits: vec![edit],
        };
        let finding = SUPPRESSION_UNUSED.at(self.comment, "suppression comment has no effect");
        finding.help("remove it").fix(fix)
    }
}

fn names_no_rule(suppression: &Suppression) -> Diagnostic {
    let form = match suppression.covers {
        Some(_) => "# gkc: ignore[rule] reason",
        None => "# gkc: ignore-file[rule] reason",
    };
    let finding = SUPPRESSION_UNKNOWN_RULE.at(suppression.comment, "suppression comment names no rule");
    finding.help(format!("use `{form}`, with the name of the rule"))
}

fn unknown_rule(rule: &Named) -> Diagnostic {
    let finding = SUPPRESSION_UNKNOWN_RULE.at(rule.span, format!("unknown rule `{}`", rule.name));
    match rule.near {
        // Another rule's findings would be hidden if this were a wrong guess.
        Some(near) => finding.help(format!("did you mean `{near}`?")).fix(Fix::risky(
            format!("use `{near}`"),
            rule.span,
            near,
        )),
        None => finding.help("run `gkc rules` for the list of rules"),
    }
}

/// The comment with its whole line if it is alone on it, otherwise with the spaces before it.
fn whole_line(file: &SourceFile, comment: Span) -> Span {
    let text = file.text();
    let before = text.get(..comment.start as usize).unwrap_or("");
    let bare = before.trim_end_matches([' ', '\t']);
    let rest = text.get(comment.end as usize..).unwrap_or("");
    let line_break = if rest.starts_with("\r\n") {
        2
    } else {
        usize::from(rest.starts_with('\n'))
    };
    let alone = bare.is_empty() || bare.ends_with(['\n', '\r']);
    let end = comment.end as usize + if alone { line_break } else { 0 };
    Span::new(comment.file, bare.len(), end)
}

/// How a comment that is meant for gkc begins.
pub const MARK: &str = "gkc:";

/// Whether a file can have suppression comments.
pub fn may_suppress(file: &SourceFile) -> bool {
    file.text().contains(MARK)
}

/// Whether a comment suppresses findings at a place, so that it must stay with the entry that it covers.
pub fn suppresses(comment: &str) -> bool {
    let rest = comment.trim_start_matches('#').trim_start().strip_prefix(MARK);
    rest.is_some_and(|rest| !rest.trim_start().starts_with("ignore-file"))
}

/// Reads the suppression comments of a file.
pub fn suppressions(tree: &Tree<'_>, file: &SourceFile) -> Suppressions {
    let mut suppressions = Vec::new();
    let parts = LazyCell::new(|| Parts::of(tree));
    for comment in tree.comments() {
        let text = file.slice(comment.span);
        let Some(rest) = text.trim_start_matches('#').trim_start().strip_prefix(MARK) else {
            continue;
        };
        let rest = rest.trim_start();
        let (whole_file, rest) = match rest.strip_prefix("ignore-file") {
            Some(rest) => (true, rest),
            None => match rest.strip_prefix("ignore") {
                Some(rest) => (false, rest),
                None => continue,
            },
        };
        let list = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((list, _reason)) => list,
            None if rest.starts_with(char::is_alphanumeric) => continue,
            None => rest.split_at(0).0,
        };
        let covers = if whole_file {
            None
        } else {
            Some(parts.covered_by(comment).unwrap_or(comment.span))
        };
        let rules = names(file, comment.span, list);
        suppressions.push(Suppression {
            comment: comment.span,
            covers,
            rules,
        });
    }
    // Each is compared with the names of all rules: those that are reported one by one are enough.
    let names = suppressions
        .iter_mut()
        .flat_map(|one: &mut Suppression| &mut one.rules);
    for unknown in names.filter(|name| name.is_unknown()).take(MOST_ALIKE) {
        unknown.near = super::nearest(&unknown.name);
    }
    Suppressions(suppressions)
}

/// The names in the brackets with their places.
fn names(file: &SourceFile, comment: Span, list: &str) -> Vec<Named> {
    let base = list.as_ptr() as usize - file.text().as_ptr() as usize;
    let mut at = base;
    let mut names = Vec::new();
    for part in list.split(',') {
        let name = part.trim();
        let start = at + (part.len() - part.trim_start().len());
        if !name.is_empty() {
            names.push(Named {
                name: name.to_owned(),
                span: Span::new(comment.file, start, start + name.len()),
                near: None,
            });
        }
        at += part.len() + 1;
    }
    names
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::MOST_ALIKE;
    use crate::testing::{TestInputs, check, check_applicability, check_fix, findings};

    fn rules(text: &str) -> Vec<&'static str> {
        let (_, found) = findings(text, &TestInputs::default());
        found
            .iter()
            .map(|d| d.rule.name)
            .filter(|r| r.starts_with("passlist") || r.starts_with("suppression"))
            .collect()
    }

    #[test]
    fn a_comment_on_its_own_line_covers_the_next_entry() {
        assert_eq!(
            rules("# gkc: ignore[passlist-uppercase] ours\ndomain_passlist:\n  - Acme.dev\n  - ACME.com\n"),
            [""; 0]
        );
        assert_eq!(
            rules("# gkc: ignore[passlist-uppercase]\nblockNewUsers: true\ndomain_passlist: [Acme.dev]\n")
                .len(),
            2
        );
    }

    #[test]
    fn a_comment_at_the_end_of_a_line_covers_that_entry() {
        assert_eq!(
            rules("domain_passlist:\n  - Acme.dev # gkc: ignore[passlist-uppercase]\n  - ACME.com\n"),
            ["passlist-uppercase"]
        );
    }

    #[test]
    fn a_comment_for_the_file_covers_everything() {
        assert_eq!(
            rules("# gkc: ignore-file[passlist-uppercase] ours\ndomain_passlist: [Acme.dev]\n"),
            [""; 0]
        );
    }

    #[test]
    fn a_comment_without_effect_is_flagged_and_removed() {
        check(
            r"
domain_passlist: [acme.dev] # gkc: ignore[passlist-uppercase]
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[suppression-unused]: suppression comment has no effect
",
        );
        check_fix(
            "suppression-unused",
            "# gkc: ignore[passlist-uppercase]\ndomain_passlist: [acme.dev]\n",
            "domain_passlist: [acme.dev]\n",
        );
    }

    #[test]
    fn an_unknown_rule_is_an_error_at_its_name() {
        check(
            r"
# gkc: ignore[passlist-upercase] x
#             ^^^^^^^^^^^^^^^^^ error[suppression-unknown-rule]: unknown rule `passlist-upercase`
domain_passlist: [Acme.dev]
",
        );
    }

    #[test]
    fn a_comment_that_names_no_rule_is_an_error() {
        check(
            r"
domain_passlist: [Acme.dev] # gkc: ignore ours
#                           ^^^^^^^^^^^^^^^^^^ error[suppression-unknown-rule]: suppression comment names no rule
blockNewUsers: true # gkc: ignore[]
#                   ^^^^^^^^^^^^^^^ error[suppression-unknown-rule]: suppression comment names no rule
",
        );
        assert_eq!(
            rules("# gkc: ignored are the others\ndomain: gitpod.acme.dev\n"),
            [""; 0]
        );
    }

    #[test]
    fn more_unknown_rules_than_anybody_reads_are_one_finding() {
        let comments = (0..MOST_ALIKE + 2).map(|i| format!("# gkc: ignore[x{i}]\n"));
        let (_, found) = findings(&comments.collect::<String>(), &TestInputs::default());
        let unknown: Vec<_> = found
            .iter()
            .filter(|d| d.rule == "suppression-unknown-rule")
            .collect();
        assert_eq!(unknown.len(), MOST_ALIKE + 1);
        assert_eq!(unknown[MOST_ALIKE].message, "2 more unknown rules");
    }

    #[test]
    fn errors_that_break_artifacts_are_not_suppressed() {
        let (_, found) = findings("# gkc: ignore[unknown-key]\nfoo: 1\n", &TestInputs::default());
        let finding = found.iter().find(|d| d.rule == "unknown-key").unwrap();
        assert!(
            finding
                .labels
                .iter()
                .any(|label| label.message.contains("cannot suppress"))
        );
    }

    #[test]
    fn a_comment_may_have_an_effect_elsewhere() {
        check_applicability(
            "suppression-unused",
            &[
                (
                    "# gkc: ignore[passlist-uppercase]\ndomain: gitpod.acme.dev\n",
                    "safe",
                ),
                (
                    "# gkc: ignore[tls-cert-expired]\ndomain: gitpod.acme.dev\n",
                    "unsafe",
                ),
            ],
        );
    }

    #[test]
    fn another_rule_is_not_guessed_for_a_comment() {
        check_applicability(
            "suppression-unknown-rule",
            &[(
                "# gkc: ignore[passlist-uppercas]\ndomain: gitpod.acme.dev\n",
                "unsafe",
            )],
        );
    }
}
