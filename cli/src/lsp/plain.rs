//! Markdown as text, for clients that show it as it is.

/// A text without the marks of Markdown. What a link leads to stands behind it.
pub fn plain(markdown: &str) -> String {
    let mut in_code = false;
    let lines = markdown.lines().filter_map(|line| {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            return None;
        }
        Some(match in_code {
            true => line.to_owned(),
            false => links(heading(line)).replace("**", "").replace('`', ""),
        })
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn heading(line: &str) -> &str {
    match line.starts_with('#') {
        true => line.trim_start_matches('#').trim_start(),
        false => line,
    }
}

/// `[words](address)` as `words (address)`.
fn links(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once("](") {
        let (Some((left, words)), Some((address, right))) = (before.rsplit_once('['), behind.split_once(')'))
        else {
            break;
        };
        out.push_str(&format!("{left}{words} ({address})"));
        rest = right;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn marks_are_taken_away() {
        let markdown =
            "**error**: invalid `x`\n\n## Why\n\n```yaml\na: `b`\n```\n[rule](https://a.b/c), or [d](e)";
        let text = "error: invalid x\n\nWhy\n\na: `b`\nrule (https://a.b/c), or d (e)";
        assert_eq!(plain(markdown), text);
    }
}
