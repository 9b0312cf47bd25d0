//! Mail domains where anybody can have an address.
//!
//! Source: the providers' own sign-up pages and the free-mail lists of spam filters, 2025. Not complete, and cannot be.

/// Domains of mail providers that take everybody, in order.
pub const PUBLIC_DOMAINS: [&str; 62] = [
    "126.com",
    "163.com",
    "aol.com",
    "duck.com",
    "fastmail.com",
    "fastmail.fm",
    "free.fr",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.fr",
    "hotmail.it",
    "hushmail.com",
    "icloud.com",
    "inbox.com",
    "inbox.ru",
    "laposte.net",
    "libero.it",
    "list.ru",
    "live.co.uk",
    "live.com",
    "live.de",
    "live.fr",
    "mac.com",
    "mail.com",
    "mail.de",
    "mail.ru",
    "mailbox.org",
    "mailinator.com",
    "me.com",
    "msn.com",
    "naver.com",
    "o2.pl",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.fr",
    "pm.me",
    "posteo.de",
    "posteo.net",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
    "qq.com",
    "rambler.ru",
    "rediffmail.com",
    "t-online.de",
    "tutanota.com",
    "wanadoo.fr",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yandex.com",
    "yandex.ru",
];

/// Whether anybody can have an address of this domain.
pub fn is_public(domain: &str) -> bool {
    PUBLIC_DOMAINS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(domain))
}

/// Domains of RFC 2606 and RFC 6761 that belong to nobody, and what documents print in their place.
pub fn is_placeholder(domain: &str) -> bool {
    const RESERVED: [&str; 4] = ["example.com", "example.net", "example.org", "example"];
    let domain = domain.to_ascii_lowercase();
    let reserved = RESERVED
        .iter()
        .any(|r| domain == *r || domain.ends_with(&format!(".{r}")));
    let words = [
        "your-domain",
        "yourdomain",
        "my-domain",
        "mydomain",
        "changeme",
        "domain.tld",
        "<",
        ">",
    ];
    reserved || domain.ends_with(".invalid") || words.iter().any(|word| domain.contains(word))
}
