//! Logins in URLs: a URL may stand anywhere by mistake, and findings repeat what is wrong.

use super::Diagnostic;

/// Takes the logins out of every text of a finding; what its fixes write stays as it is.
pub(super) fn hide_in(diagnostic: &mut Diagnostic) {
    let texts = [&mut diagnostic.message]
        .into_iter()
        .chain(
            [&mut diagnostic.label, &mut diagnostic.help, &mut diagnostic.note]
                .into_iter()
                .flatten(),
        )
        .chain(diagnostic.labels.iter_mut().map(|label| &mut label.message))
        .chain(diagnostic.fixes.iter_mut().map(|fix| &mut fix.title));
    for text in texts.filter(|text| text.contains("://")) {
        *text = hidden(text);
    }
}

/// `scheme://user:password@host` becomes `scheme://…@host`.
fn hidden(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        out.push_str(before);
        out.push_str("://");
        // Passwords may hold anything but what ends a URL in a sentence.
        let end = after
            .find(|c: char| c.is_whitespace() || c == '`')
            .unwrap_or(after.len());
        let (url, further) = after.split_at(end);
        match url.rsplit_once('@').filter(|(login, _)| login.contains(':')) {
            Some((_, host)) => {
                out.push_str("…@");
                out.push_str(host);
            }
            None => out.push_str(url),
        }
        rest = further;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::hidden;

    #[test]
    fn hosts_stay_and_logins_go() {
        for (text, shown) in [
            ("`https://u:p@a.dev` is a URL", "`https://…@a.dev` is a URL"),
            (
                "`mysql://u:p/@q@db:3306/x?y` and `http://a:b@c`",
                "`mysql://…@db:3306/x?y` and `http://…@c`",
            ),
            ("write `https://a.dev:8443/x`", "write `https://a.dev:8443/x`"),
            ("`ssh://git@a.dev`", "`ssh://git@a.dev`"),
            ("://", "://"),
        ] {
            assert_eq!(hidden(text), shown);
        }
    }
}
